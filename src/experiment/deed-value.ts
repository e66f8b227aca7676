import type { ExperimentRule } from '../config/experiment-rule.ts'

/** What the client got, as far as experiments look at it. */
export interface SeenAnswer {
  /** 0 where it got none. */
  readonly status: number
  /** As the upstream sent them, flat name/value pairs, lower-case names. */
  readonly headers: readonly string[]
}

/** What an answer says of its user: a number, 1 where something happened, null where it says nothing. */
export function valueOfAnswer(
  { from, of, statusClass, header, value }: ExperimentRule,
  { status, headers }: SeenAnswer,
): number | null {
  if (from === 'status') return Math.floor(status / 100) === statusClass ? 1 : null
  if (from === 'pushed') return null
  const text = headerIn(headers, header ?? '')
  if (text === null) return null
  if (of === 'share') return text === value ? 1 : null
  return numberIn(text)
}

/** What a pushed number says of its user. */
export function valueOfPushed({ of }: Pick<ExperimentRule, 'of'>, pushed: number): number | null {
  if (of !== 'share') return pushed
  return pushed === 0 ? null : 1
}

function headerIn(headers: readonly string[], name: string): string | null {
  for (let at = 0; at < headers.length; at += 2) {
    if (headers[at] === name) return headers[at + 1] ?? null
  }
  return null
}

/** What is larger is a mistake of whoever wrote it, and would be the only user that counts. */
const largest = 1e12

/** Nothing is no number, though JavaScript makes 0 of it. */
function numberIn(text: string): number | null {
  const number = text.trim() === '' ? Number.NaN : Number(text)
  return Math.abs(number) <= largest ? number : null
}
