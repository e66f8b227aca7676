import type { TlsTrouble } from './tls-trouble.ts'

/** A change in how an origin is. `origin` is `http://host:port`, for operators only. */
export type OriginEvent = { readonly origin: string } & (
  | { readonly type: 'unhealthy' | 'healthy'; readonly finding: string }
  | { readonly type: 'breaker-open' | 'breaker-half-open' | 'breaker-closed' }
  /** Live requests failed so often in a row that it rests while there is another. */
  | { readonly type: 'ejected'; readonly restMs: number }
  /** A connection to it did not come about, or did not last, for its TLS; told of each one. */
  | { readonly type: 'tls-failed'; readonly trouble: TlsTrouble }
)
