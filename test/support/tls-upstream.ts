import { once } from 'node:events'
import type { AddressInfo, Socket } from 'node:net'
import type { TestContext } from 'node:test'
import { createServer, type TlsOptions } from 'node:tls'
import { okAnswer } from './raw.ts'

export interface TlsUpstream {
  readonly url: string
  /** Every decrypted byte so far. */
  readonly received: () => string
  /** The common names of the certificates that it was shown, one for each connection that came about. */
  readonly callers: readonly (string | undefined)[]
  /** How many connections came, also those that got no further than their handshake. */
  readonly dialled: () => number
  /** What new connections are met with from now on. */
  readonly renew: (options: TlsOptions) => void
  /** Ends the connections that are open now. */
  readonly hangUp: () => void
}

/** Answers each request that has no body left to come with `okAnswer`, over TLS. Closed after the test. */
export async function startTlsUpstream(t: TestContext, options: TlsOptions): Promise<TlsUpstream> {
  let received = ''
  let dialled = 0
  const open = new Set<Socket>()
  const callers: (string | undefined)[] = []
  const server = createServer(options, socket => {
    // Of one that shows none this is null, whatever its type says.
    callers.push(socket.getPeerCertificate()?.subject?.CN as string | undefined)
    socket.on('error', () => {})
    let unanswered = ''
    socket.on('data', chunk => {
      const text = chunk.toString('latin1')
      received += text
      unanswered += text
      if (!unanswered.includes('\r\n\r\n')) return
      unanswered = ''
      socket.write(okAnswer)
    })
  })
  server.on('tlsClientError', () => {})
  server.on('connection', socket => {
    dialled++
    open.add(socket)
    socket.on('close', () => open.delete(socket))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const hangUp = () => {
    for (const socket of open) socket.destroy()
  }
  t.after(() => {
    hangUp()
    server.close()
  })
  const { port } = server.address() as AddressInfo
  return {
    url: `https://127.0.0.1:${port}`,
    received: () => received,
    callers,
    dialled: () => dialled,
    renew: next => server.setSecureContext(next),
    hangUp,
  }
}
