/**
 * Conditions of RFC 9110 section 13: what a client says of an answer or a state that it knows. It knows
 * that of one variant. The validators of the other are its own, so that it would answer 304, 206 or 412
 * where the first did not, or do what it should not have done.
 */
const conditions: ReadonlySet<string> = new Set([
  'if-match',
  'if-none-match',
  'if-modified-since',
  'if-unmodified-since',
  'if-range',
])

/** Those that decide whether something unsafe is done; the others mean nothing there. */
const decisive: ReadonlySet<string> = new Set(['if-match', 'if-none-match', 'if-unmodified-since'])

/** Whether a request that is not safe is to be done only where a validator of one variant still holds. */
export function isBoundToVariant(headers: readonly string[]): boolean {
  for (let at = 0; at < headers.length; at += 2) {
    // `*` asks whether there is something at all, which is no variant's to name.
    if (decisive.has(headers[at] as string) && headers[at + 1] !== '*') return true
  }
  return false
}

/** Whether an answer is one to a condition: of it there is none but by the validators of its variant. */
export function answersCondition(status: number, headers: readonly string[]): boolean {
  if (status === 304) return true
  return (status === 206 || status === 412 || status === 416) && isConditional(headers)
}

/** The request as if its client knew nothing yet: without conditions, and the range that one is for. */
export function withoutConditions(headers: readonly string[]): readonly string[] {
  if (!isConditional(headers)) return headers
  const names = headers.filter((_, at) => at % 2 === 0)
  const isRangeConditional = names.includes('if-range')
  const kept: string[] = []
  for (let at = 0; at < headers.length; at += 2) {
    const name = headers[at] as string
    if (conditions.has(name) || (isRangeConditional && name === 'range')) continue
    kept.push(name, headers[at + 1] as string)
  }
  return kept
}

function isConditional(headers: readonly string[]): boolean {
  for (let at = 0; at < headers.length; at += 2) {
    if (conditions.has(headers[at] as string)) return true
  }
  return false
}
