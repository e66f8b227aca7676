/**
 * The seam between forwarding and the HTTP/1.1 client, in the shape of undici's dispatch handlers
 * with flat string headers. `http1/` and `undici.ts` implement it; nothing else knows sockets.
 */
export type UpstreamFault =
  | 'connect-failed' // refused, unreachable, DNS
  | 'connect-timeout'
  | 'tls-failed' // certificate or handshake
  | 'busy' // maxConnections reached, or there was no time or room to map a body
  | 'reset' // connection ended before the answer was whole
  | 'protocol' // the answer was not valid HTTP/1.1, or over a limit
  | 'headers-timeout'
  | 'body-timeout'
  | 'mapping-failed' // a body could not be mapped, see mapping/body-job.ts for why
  | 'unmappable' // the request's body is nothing that could be mapped: the client's doing, nothing was sent; or a body of a copy is too long for it
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

/**
 * Receives one answer: `onInformation` and `onDrain` at any time, `onHead` once, `onData` any number of
 * times, then exactly one of `onEnd` and `onFault`, and nothing after that. Never called from within `send`.
 */
export interface ResponseSink {
  /**
   * Whether it needs the bytes of a piece no longer than `onData` lasts. Then they may be lent, and are written
   * over by the next read: memory for each piece is what makes large answers dear.
   */
  readonly borrows?: boolean
  /** An interim 1xx answer other than 101. */
  onInformation(status: number, headers: string[]): void
  /** The final head. `headers` is flat, names lower-case, still with hop-by-hop headers. */
  onHead(status: number, headers: string[]): void
  /**
   * A piece of the decoded body. The sink owns the bytes unless it `borrows` them. Return false to pause, and call `resume` later (not
   * from within). What the last read from the socket held, up to 64 KiB, and `onEnd` may still come meanwhile.
   */
  onData(chunk: Buffer): boolean
  /**
   * What has arrived is delivered and more is due: what the sink holds back should leave now. Comes only behind
   * the head; an answer that arrives whole has none.
   */
  onLull(): void
  /** The answer is whole. Trailers are read and dropped. */
  onEnd(): void
  onFault(fault: UpstreamFault, cause?: Error): void
  /** The request body can take more after `write` returned false. */
  onDrain(): void
}

/** One request under way. */
export interface Exchange {
  /**
   * Sends a piece of the request body; the exchange owns the bytes from here. False means wait for `onDrain`.
   * Of a piece that is `spent` nobody else needs the bytes once they are `sent`: then their memory may be gone.
   * More bytes than declared end the exchange with `aborted`, before any of that piece is sent. After the
   * answer's end nothing is sent any more and the result is true.
   */
  write(chunk: Buffer, spent?: boolean): boolean
  /**
   * The request body is complete; not needed when its length is 0. Fewer bytes than declared end the exchange
   * with `aborted`, so that the upstream sees a broken request and never a shorter one.
   */
  end(): void
  /** Resumes a response paused by `onData` returning false. */
  resume(): void
  /** Ends the exchange now and closes its connection; the sink hears `aborted` before this returns, unless it is finished. */
  abort(): void
  /** Whether a byte of the request was handed to a connection: while false, any request may be sent again. */
  readonly sent: boolean
  /** Whether a byte of the answer has arrived: while false, an idempotent request may be sent again. */
  readonly answered: boolean
}

/** Connections to one origin. */
export interface OriginClient {
  /** `http://host:port`, never shown to clients. */
  readonly origin: string
  /** Requests under way, for the least-busy choice. */
  readonly inFlight: number
  /** Throws TypeError for a request that no client could have sent through the ingress; every other failure goes to the sink. */
  send(request: UpstreamRequest, sink: ResponseSink): Exchange
  /**
   * Lets what is in flight finish, closes idle connections, resolves when all are closed. A request sent after
   * this call ends with `aborted`: close a client when no request can choose it any more.
   */
  close(): Promise<void>
}
