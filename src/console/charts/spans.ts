/** How far back charts may go. */
export interface Span {
  /** As it is asked of the gateway. */
  readonly for: string
  readonly words: string
}

export const spans: readonly [Span, ...Span[]] = [
  { for: '15m', words: '15 min' },
  { for: '1h', words: '1 h' },
  { for: '24h', words: '24 h' },
  { for: '14d', words: '14 d' },
]

/** The span of that name; the first for any other. */
export function spanNamed(name: string | null): Span {
  return spans.find(each => each.for === name) ?? spans[0]
}
