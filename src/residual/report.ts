import { countOf, createSketch, mergeInto } from './distinct.ts'
import { other, type ResidualReason, type ResidualRow } from './row.ts'

/** Who still got V1 in some days. */
export interface ResidualReport {
  /** The days, UTC, such as 2026-11-21. */
  readonly from: string
  readonly until: string
  /** Machines that counted. */
  readonly machines: number
  /** Days that some store could not tell of, or had unreadable: what was counted there is missing. */
  readonly unread: number
  /** Those of which V1 got most requests first. */
  readonly routes: readonly ResidualRoute[]
  /** Routes of the configuration that have no V2: all of their callers use V1, and are not counted. */
  readonly withoutV2: readonly string[]
}

export interface ResidualRoute extends ResidualSums {
  readonly route: string
  /** Null for a route that the configuration has no longer, or without V2. */
  readonly flag: string | null
  readonly reasons: Readonly<Partial<Record<ResidualReason, number>>>
  /** Requests of clients that had no row of their own: no row lacks more than that. */
  readonly other: number
  /** Those with most requests first, `(other)` last. */
  readonly rows: readonly ResidualEntry[]
}

export interface ResidualEntry extends ResidualSums {
  readonly segment: string
  readonly client: string
  readonly reason: ResidualReason
}

export interface ResidualSums {
  readonly requests: number
  /** About how many different callers; off by 6.5 % as a rule. */
  readonly callers: number
  /** Milliseconds since the Unix epoch, within these days. */
  readonly firstAt: number
  readonly lastAt: number
}

/** What a route of the configuration says of itself. */
export interface KnownRoute {
  readonly name: string
  readonly flag?: string | undefined
}

/** Puts rows together that are summed up already, by route. */
export function residualRoutes(
  rows: readonly ResidualRow[],
  known: readonly KnownRoute[],
): readonly ResidualRoute[] {
  const byRoute = Map.groupBy(rows, ({ route }) => route)
  const routes = [...byRoute].map(([route, own]): ResidualRoute => {
    const reasons: Partial<Record<ResidualReason, number>> = {}
    for (const { reason, requests } of own) reasons[reason] = (reasons[reason] ?? 0) + requests
    const others = own.filter(({ client }) => client === other)
    const named = own.filter(({ client }) => client !== other)
    return {
      route,
      flag: known.find(({ name }) => name === route)?.flag ?? null,
      ...sumsOf(own),
      reasons,
      other: total(others),
      rows: [...named.toSorted(byRequests), ...others.toSorted(byRequests)].map(row => ({
        ...{ segment: row.segment, client: row.client, reason: row.reason },
        ...sumsOf([row]),
      })),
    }
  })
  return routes.toSorted(byRequests)
}

/** About how many different callers each route had. */
export function callersByRoute(rows: readonly ResidualRow[]): ReadonlyMap<string, number> {
  const sketches = new Map<string, Uint8Array>()
  for (const { route, callers } of rows) {
    const own = sketches.get(route) ?? createSketch()
    sketches.set(route, own)
    mergeInto(own, callers)
  }
  return new Map([...sketches].map(([route, own]) => [route, countOf(own)]))
}

function byRequests(a: { readonly requests: number }, b: { readonly requests: number }): number {
  return b.requests - a.requests
}

function sumsOf(rows: readonly ResidualRow[]): ResidualSums {
  const callers = createSketch()
  for (const row of rows) mergeInto(callers, row.callers)
  return {
    requests: total(rows),
    callers: countOf(callers),
    firstAt: Math.min(...rows.map(({ firstAt }) => firstAt)),
    lastAt: Math.max(...rows.map(({ lastAt }) => lastAt)),
  }
}

function total(rows: readonly ResidualRow[]): number {
  return rows.reduce((sum, { requests }) => sum + requests, 0)
}
