/**
 * The seam between forwarding and the HTTP/1.1 client, in the shape of undici's dispatch handlers
 * with flat string headers. `http1/` and `undici.ts` implement it; nothing else knows sockets.
 */
export type UpstreamFault =
  | 'connect-failed' // refused, unreachable, DNS
  | 'connect-timeout'
  | 'tls-failed' // certificate or handshake
  | 'busy' // maxConnections reached
  | 'reset' // connection ended before the answer was whole
  | 'protocol' // the answer was not valid HTTP/1.1, or over a limit
  | 'headers-timeout'
  | 'body-timeout'
  | 'aborted' // we ended it: client gone or shutting down

export interface UpstreamRequest {
  readonly method: string
  /** Origin-form target, canonical path and query. */
  readonly target: string
  /** Flat name/value pairs, lower-case names, with exactly one `host`; no framing or hop-by-hop headers. */
  readonly headers: readonly string[]
  /** Bytes of the body to come: 0 for none, -1 for unknown (sent chunked). */
  readonly bodyLength: number
  readonly connectTimeoutMs: number
  readonly headersTimeoutMs: number
  /** Idle time between two pieces of the response body; 0 for none. */
  readonly bodyTimeoutMs: number
}

/** Receives one answer. Called in the order head, data*, then end or fault; never after a fault. */
export interface ResponseSink {
  /** An interim 1xx answer other than 101. */
  onInformation(status: number, headers: string[]): void
  /** The final head. `headers` is flat, names lower-case, still with hop-by-hop headers. */
  onHead(status: number, headers: string[]): void
  /** A piece of the decoded body. The sink owns the bytes. Return false to pause; then call `resume`. */
  onData(chunk: Buffer): boolean
  /** Trailers are read and dropped. */
  onEnd(): void
  onFault(fault: UpstreamFault, cause?: Error): void
  /** The request body can take more after `write` returned false. */
  onDrain(): void
}

/** One request under way. */
export interface Exchange {
  /** Sends a piece of the request body; false means wait for `onDrain`. */
  write(chunk: Buffer): boolean
  /** The request body is complete. */
  end(): void
  /** Resumes a response paused by `onData` returning false. */
  resume(): void
  /** Ends the exchange now and closes its connection; the sink hears `aborted` unless it is finished. */
  abort(): void
  /** Whether any byte of the answer has arrived, or any byte of the request may have been processed. */
  readonly answered: boolean
}

/** Connections to one origin. */
export interface OriginClient {
  /** `http://host:port`, never shown to clients. */
  readonly origin: string
  /** Requests under way, for the least-busy choice. */
  readonly inFlight: number
  send(request: UpstreamRequest, sink: ResponseSink): Exchange
  /** Lets what is in flight finish, closes idle connections, resolves when all are closed. */
  close(): Promise<void>
}
