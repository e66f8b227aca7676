/** The number at a JSON pointer (RFC 6901), NaN where there is none. */
export function numberAt(document: unknown, pointer: string): number {
  let value = document
  for (const token of pointer.split('/').slice(1)) {
    const key = token.replaceAll('~1', '/').replaceAll('~0', '~')
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return Number.NaN
    value = (value as Record<string, unknown>)[key]
  }
  return typeof value === 'number' ? value : Number.NaN
}
