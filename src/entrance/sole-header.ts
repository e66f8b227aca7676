/** A header stands there more than once, so that two readers could take different ones for it. */
export const repeated = Symbol('repeated')

/** The value of a header that may come once, null without it. `headers`: flat pairs, names lower-case. */
export function soleHeader(
  headers: readonly string[],
  name: string,
): string | null | typeof repeated {
  let value: string | null = null
  for (let at = 0; at < headers.length; at += 2) {
    if (headers[at] !== name) continue
    if (value !== null) return repeated
    value = headers[at + 1] as string
  }
  return value
}
