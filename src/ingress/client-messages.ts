import type { Socket } from 'node:net'

/**
 * A request as a client's connection gives it: Node's own for HTTP/1.1, a stream of HTTP/2 in the same
 * words (`http2/stream-request.ts`). Whoever serves it need not know which.
 */
export interface ClientRequest {
  readonly httpVersion: string
  readonly method?: string | undefined
  /** The request target. */
  readonly url?: string | undefined
  /** Flat name/value pairs, one for each line. */
  readonly rawHeaders: readonly string[]
  readonly socket: Socket
  /** Whether its body has come to its end; never true of one that was cut short. */
  readonly complete: boolean
  /** `end` may come behind a body that was cut short too: ask `complete`. */
  on(event: 'data', listener: (chunk: Buffer) => void): unknown
  on(event: 'end', listener: () => void): unknown
  off(event: 'data', listener: (chunk: Buffer) => void): unknown
  off(event: 'end', listener: () => void): unknown
  pause(): unknown
  resume(): unknown
}

/** The answer to it. What is said here of the connection is, over HTTP/2, meant of the stream. */
export interface ClientResponse {
  readonly req: ClientRequest
  readonly statusCode: number
  readonly headersSent: boolean
  readonly destroyed: boolean
  readonly writableFinished: boolean
  /** Bytes that have yet to leave. */
  readonly writableLength: number
  /** False: nothing more is read from this client behind the answer. */
  shouldKeepAlive: boolean
  /** The head leaves with the first piece of the body, or with `flushHeaders`. */
  writeHead(status: number, headers: string[]): { end(): unknown }
  flushHeaders(): void
  writeContinue(): void
  /** False: wait for `drain`. `onWritten` is called once the bytes are needed no more, or never. */
  write(chunk: Buffer, onWritten?: () => void): boolean
  end(): unknown
  end(body: Buffer | string): unknown
  end(body: string, encoding: 'latin1'): unknown
  /** Ends it so that the client sees it is not whole. */
  destroy(): unknown
  on(event: 'close', listener: () => void): unknown
  once(event: 'close' | 'drain', listener: () => void): unknown
}
