import { once } from 'node:events'
import type { TestContext } from 'node:test'
import { type ConnectionOptions, connect, type TLSSocket } from 'node:tls'
import { type Conversation, converse } from './conversation.ts'
import { testProcess } from './gateway.ts'

/** `switchback.yaml` whose client listener has these fields of `listen.tls`. */
export function processWithTls(fields: string, more = ''): string {
  const plain = 'port: 0 }\nadmin'
  return testProcess.replace(plain, `port: 0, tls: { ${fields} } }\nadmin`) + more
}

/** The short form, with `cert.pem` and `key.pem`. */
export const onePair = 'certFile: cert.pem, keyFile: key.pem'

/** Opens a TLS connection that believes any certificate; closed after the test. */
export function openTls(t: TestContext, port: number, options: ConnectionOptions = {}) {
  const socket = connect({ port, host: '127.0.0.1', rejectUnauthorized: false, ...options })
  t.after(() => socket.destroy())
  return socket
}

/** The same, to ask over. */
export function converseTls(
  t: TestContext,
  port: number,
  options: ConnectionOptions = {},
): Conversation {
  return converse(openTls(t, port, options))
}

/** The common name of the certificate that is shown, or the code of the error in its place. */
export async function shownTo(
  t: TestContext,
  port: number,
  options: ConnectionOptions = {},
): Promise<string> {
  const socket = openTls(t, port, options)
  try {
    await once(socket, 'secureConnect')
    return commonName(socket)
  } catch (error) {
    return String((error as NodeJS.ErrnoException).code)
  } finally {
    socket.destroy()
  }
}

/** Of the certificate that the server showed. */
export function commonName(socket: TLSSocket): string {
  return String(socket.getPeerCertificate().subject.CN)
}
