import type { Refusal } from '../errors.ts'

/** What a route is matched by. */
export interface RouteMatch {
  /** Exact lower-case host, `*.suffix`, or absent for any. */
  readonly host?: string | undefined
  /** Canonical path prefix, matched on whole segments. */
  readonly path: string
  /** Absent for all. */
  readonly methods?: readonly string[] | undefined
}

export type Matched<T> =
  | { readonly ok: true; readonly route: T }
  | {
      readonly ok: false
      readonly refusal: Extract<Refusal, 'no-route' | 'method-not-allowed'>
      /** Methods that would have matched, for the Allow header. */
      readonly allow: readonly string[]
    }

interface Entry<T> {
  readonly methods: readonly string[] | undefined
  readonly found: { readonly ok: true; readonly route: T }
}

type Paths<T> = Map<string, Entry<T>[]>

const noRoute = { ok: false, refusal: 'no-route', allow: [] } as const

/**
 * An immutable table of routes: the most specific host, then the longest path prefix, then the
 * method. A reload builds a new table and swaps the reference.
 */
export function createRoutingTable<T>(routes: Iterable<{ match: RouteMatch; route: T }>) {
  const exact = new Map<string, Paths<T>>()
  const suffixes = new Map<string, Paths<T>>()
  const anyHost: Paths<T> = new Map()

  for (const { match, route } of routes) {
    const paths = pathsFor(match.host)
    const entries = paths.get(match.path) ?? []
    paths.set(match.path, [...entries, { methods: match.methods, found: { ok: true, route } }])
  }

  function pathsFor(host: string | undefined): Paths<T> {
    if (host === undefined) return anyHost
    const wildcard = host.startsWith('*.')
    const hosts = wildcard ? suffixes : exact
    const key = wildcard ? host.slice(2) : host
    const paths: Paths<T> = hosts.get(key) ?? new Map()
    hosts.set(key, paths)
    return paths
  }

  function* candidates(host: string): Iterable<Paths<T>> {
    const own = exact.get(host)
    if (own !== undefined) yield own
    for (let dot = host.indexOf('.'); dot !== -1; dot = host.indexOf('.', dot + 1)) {
      const paths = suffixes.get(host.slice(dot + 1))
      if (paths !== undefined) yield paths
    }
    yield anyHost
  }

  return {
    match(host: string, path: string, method: string): Matched<T> {
      if (exact.size === 0 && suffixes.size === 0) return inPaths(anyHost, path, method) ?? noRoute
      let wrongMethod: Matched<T> | null = null
      for (const paths of candidates(host)) {
        const matched = inPaths(paths, path, method)
        if (matched?.ok) return matched
        wrongMethod ??= matched
      }
      return wrongMethod ?? noRoute
    },
  }
}

/** Walks from the whole path up, one segment at a time; null when no prefix is in the table. */
function inPaths<T>(paths: Paths<T>, path: string, method: string): Matched<T> | null {
  const allow: string[] = []
  let end = path === '/' ? 0 : path.length
  while (true) {
    const entries = paths.get(end === 0 ? '/' : path.slice(0, end))
    if (entries !== undefined) {
      for (const entry of entries) {
        if (entry.methods === undefined || entry.methods.includes(method)) return entry.found
        allow.push(...entry.methods)
      }
    }
    if (end === 0) break
    end = path.lastIndexOf('/', end - 1)
  }
  return allow.length === 0 ? null : { ok: false, refusal: 'method-not-allowed', allow }
}

export type RoutingTable<T> = ReturnType<typeof createRoutingTable<T>>
