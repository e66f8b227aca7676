import { once } from 'node:events'
import { type ClientHttp2Session, connect } from 'node:http2'
import type { Answer } from './http1.ts'

export interface Http2Client {
  get(path: string, user: string): Promise<Answer>
  close(): Promise<void>
}

/** Requests after which the connection is changed for a new one. */
const perConnection = 200

/** A client with one connection at a time, as a browser has. */
export function createHttp2Client(port: number): Http2Client {
  let session: ClientHttp2Session | null = null
  /** Changed for another one, and still open. */
  let before: ClientHttp2Session | null = null
  let asked = 0

  function current(): ClientHttp2Session {
    const isDue = asked++ % perConnection === 0
    if (session === null || isDue || session.closed || session.destroyed) {
      before?.close()
      before = session
      session = connect(`https://127.0.0.1:${port}`, { rejectUnauthorized: false })
      // Each of its requests hears of it.
      session.on('error', () => {})
    }
    return session
  }

  return {
    get: (path, user) =>
      new Promise((resolve, reject) => {
        const stream = current().request({ ':path': path, 'x-user-id': user })
        let status = 0
        let bytes = 0
        stream.on('response', headers => {
          status = Number(headers[':status'])
          // Not at the change: a GOAWAY overtakes the heads that were asked for in the same turn, and what
          // comes behind it is refused.
          if (stream.session === session) before?.close()
        })
        stream.on('data', chunk => {
          bytes += chunk.length
        })
        stream.on('error', reject)
        stream.on('end', () => resolve({ status, bytes }))
      }),
    async close() {
      before?.close()
      if (session === null || session.destroyed) return
      const closed = once(session, 'close')
      session.close()
      await closed
    },
  }
}
