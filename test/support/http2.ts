import { once } from 'node:events'
import { type ClientHttp2Session, connect, type OutgoingHttpHeaders } from 'node:http2'
import type { TestContext } from 'node:test'
import type { Clock } from '../../src/clock.ts'
import { type Certificate, makeCertificate } from './certificates.ts'
import { startGateway, type TestGateway } from './gateway.ts'
import { onePair, processWithTls } from './tls.ts'

/** A real gateway that speaks HTTP/2; `more` stands in its `switchback.yaml`. */
export async function startHttp2Gateway(
  t: TestContext,
  files: Record<string, string>,
  more = '',
  clock?: Clock,
): Promise<TestGateway> {
  const { cert, key } = await makeCertificate({ commonName: 'gateway', altNames: ['shop.test'] })
  const all = { 'switchback.yaml': processWithTls(onePair, more), 'cert.pem': cert, 'key.pem': key }
  return startGateway(t, { ...all, ...files }, clock)
}

export interface Http2Answer {
  /** 0 for none. */
  readonly status: number
  readonly headers: Readonly<Record<string, string | string[] | number | undefined>>
  readonly body: string
  /** The code with which the stream was reset; 0 where it ended whole. */
  readonly resetBy: number
}

/** A client of Node's own, closed after the test. */
export async function connectHttp2(
  t: TestContext,
  { port }: { port: number },
  shows: Partial<Certificate> = {},
) {
  const session = connect(`https://127.0.0.1:${port}`, { rejectUnauthorized: false, ...shows })
  session.on('error', () => {})
  t.after(() => session.destroy())
  // A client that does not know yet how many requests it may open has the further ones refused.
  await once(session, 'remoteSettings')
  return { session, ask: asker(session) }
}

/** Sends a request, with `body` where there is one, and reads the answer to its end, however it ends. */
function asker(session: ClientHttp2Session) {
  return function ask(headers: OutgoingHttpHeaders, body?: string | Buffer): Promise<Http2Answer> {
    const stream = session.request(
      { ':authority': 'shop.test', ...headers },
      { endStream: body === undefined },
    )
    return new Promise(resolve => {
      let text = ''
      let head: Http2Answer['headers'] & { ':status'?: number } = {}
      stream.on('response', received => {
        head = received as typeof head
      })
      stream.setEncoding('latin1')
      stream.on('data', piece => {
        text += piece
      })
      stream.on('error', () => {})
      stream.on('close', () =>
        resolve({
          status: head[':status'] ?? 0,
          headers: head,
          body: text,
          resetBy: stream.rstCode,
        }),
      )
      if (body !== undefined) stream.end(body)
    })
  }
}
