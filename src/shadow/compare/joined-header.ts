/** All values of a header in flat name/value pairs, trimmed and as one; null where there is none. */
export function joinedHeader(headers: readonly string[], name: string): string | null {
  let value: string | null = null
  for (let i = 0; i < headers.length; i += 2) {
    if (headers[i] !== name) continue
    const one = (headers[i + 1] ?? '').trim()
    value = value === null ? one : `${value}, ${one}`
  }
  return value
}
