import type { MappingConfig } from '../../config/schema-mapping.ts'

type HeaderRules = MappingConfig['request']['headers']
type RewriteHeaders = (headers: readonly string[]) => readonly string[]

const asTheyAre: RewriteHeaders = headers => headers

/**
 * Removes, renames and sets headers, flat name/value pairs with lower-case names. What is set or
 * renamed takes the place of what there was under its new name.
 */
export function createHeaderRewrite({ set, remove, rename }: HeaderRules): RewriteHeaders {
  const removed = new Set(remove.map(lower))
  const renamed = new Map(Object.entries(rename).map(([from, to]) => [lower(from), lower(to)]))
  const added = Object.entries(set).flatMap(([name, value]) => [lower(name), value])
  for (let at = 0; at < added.length; at += 2) removed.add(added[at] as string)
  if (removed.size === 0 && renamed.size === 0) return asTheyAre

  return headers => {
    const replaced = new Set<string>()
    for (let at = 0; at < headers.length; at += 2) {
      const to = renamed.get(headers[at] as string)
      if (to !== undefined) replaced.add(to)
    }
    const kept: string[] = []
    for (let at = 0; at < headers.length; at += 2) {
      const name = headers[at] as string
      if (removed.has(name) || replaced.has(name)) continue
      kept.push(renamed.get(name) ?? name, headers[at + 1] as string)
    }
    return kept.concat(added)
  }
}

/** Without the headers of these names. */
export function withoutHeaders(headers: readonly string[], names: ReadonlySet<string>): string[] {
  const kept: string[] = []
  for (let at = 0; at < headers.length; at += 2) {
    const name = headers[at] as string
    if (!names.has(name)) kept.push(name, headers[at + 1] as string)
  }
  return kept
}

function lower(name: string): string {
  return name.toLowerCase()
}
