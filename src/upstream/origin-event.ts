/** A change in how an origin is. `origin` is `http://host:port`, for operators only. */
export type OriginEvent = { readonly origin: string } & (
  | { readonly type: 'unhealthy' | 'healthy'; readonly finding: string }
  | { readonly type: 'breaker-open' | 'breaker-half-open' | 'breaker-closed' }
  /** Live requests failed so often in a row that it rests while there is another. */
  | { readonly type: 'ejected'; readonly restMs: number }
)
