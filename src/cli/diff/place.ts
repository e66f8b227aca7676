import type { Difference } from '../../shadow/difference.ts'

export type Place = Pick<Difference, 'part' | 'at'>

/**
 * Where two answers differ, as it is shown and as it is typed: `status`, `header:server`, `body`, `/price`,
 * and `*` for what there was no room to tell apart.
 */
export function placeInWords({ part, at }: Place): string {
  if (part === 'header') return `header:${at}`
  if (part === 'status') return 'status'
  return at === '' ? 'body' : at
}

/** The same, read; null for what is none. */
export function readPlace(text: string): Place | null {
  if (text === 'status') return { part: 'status', at: '' }
  if (text === 'body') return { part: 'body', at: '' }
  const [, name] = /^header:([!#$%&'*+.^_`|~A-Za-z0-9-]+)$/.exec(text) ?? []
  if (name !== undefined) return { part: 'header', at: name.toLowerCase() }
  return text === '*' || text.startsWith('/') ? { part: 'body', at: text } : null
}
