/** A change in how an origin is. `origin` is `http://host:port`, for operators only. */
export type OriginEvent =
  /** Live requests failed so often in a row that it rests while there is another. */
  { readonly type: 'ejected'; readonly origin: string; readonly restMs: number }
