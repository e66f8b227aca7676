import type { MappingConfig } from '../../config/schema-mapping.ts'

type Rewrites = MappingConfig['paths']

/** The path as the upstream knows it: the first prefix that matches on whole segments is replaced. */
export function rewritePath(path: string, rewrites: Rewrites): string {
  for (const { from, to } of rewrites) {
    const replaced = replacePrefix(path, from, to)
    if (replaced !== null) return replaced
  }
  return path
}

/**
 * A Location as clients know it, where the upstream names a path of its own: `/jobs/1`, or the same
 * behind the host that it was asked for. Any other stays.
 */
export function restoreLocation(location: string, host: string, rewrites: Rewrites): string {
  const [, origin = '', named, path = '', rest = ''] =
    /^(https?:\/\/([^/?#]+))?(\/[^?#]*)(.*)$/is.exec(location) ?? []
  if (path === '' || path.startsWith('//')) return location
  if (named !== undefined && named.toLowerCase() !== host.toLowerCase()) return location
  for (const { from, to } of rewrites) {
    const replaced = replacePrefix(path, to, from)
    if (replaced !== null) return origin + replaced + rest
  }
  return location
}

/** The query, with its `?`, where parameters got other names; every other byte stays as it came. */
export function renameQuery(query: string, names: ReadonlyMap<string, string>): string {
  if (names.size === 0 || query.length < 2) return query
  const parts = query
    .slice(1)
    .split('&')
    .map(part => ({ part, name: parameterName(part) }))
  const replaced = new Set(parts.map(({ name }) => names.get(name)))
  const kept = parts
    .filter(({ name }) => !replaced.has(name) || names.has(name))
    .map(({ part, name }) => {
      const to = names.get(name)
      if (to === undefined) return part
      const equals = part.indexOf('=')
      return encodeURIComponent(to) + (equals === -1 ? '' : part.slice(equals))
    })
  return `?${kept.join('&')}`
}

/** Null where the prefix does not match. */
function replacePrefix(path: string, from: string, to: string): string | null {
  if (path === from) return to
  const base = from === '/' ? '' : from
  if (!path.startsWith(`${base}/`)) return null
  return (to === '/' ? '' : to) + path.slice(base.length)
}

function parameterName(part: string): string {
  const equals = part.indexOf('=')
  const raw = equals === -1 ? part : part.slice(0, equals)
  if (!/[%+]/.test(raw)) return raw
  try {
    return decodeURIComponent(raw.replaceAll('+', ' '))
  } catch {
    return raw
  }
}
