import { createSketch, mergeInto } from './distinct.ts'
import { other, type ResidualRow } from './row.ts'

/** How many rows have room of their own; the smallest of the others go into `(other)`. */
export interface RowsRoom {
  readonly perRoute: number
  /** Of all routes: what is written down for a day, and read again for weeks. */
  readonly inAll: number
}

const usualRoom: RowsRoom = { perRoute: 100, inAll: 2000 }

type Held = { -readonly [Field in keyof ResidualRow]: ResidualRow[Field] }

interface Route {
  readonly rows: Map<string, Held>
  named: number
}

/**
 * Sums up rows in bounded room. What there is no room for is added to the row `(other)` of its route and
 * reason, so that no request is lost: a row lacks at most as many as stand there. Room is made when twice
 * as much is taken, for all that came since at once.
 */
export function createRows({ perRoute, inAll }: RowsRoom = usualRoom) {
  const routes = new Map<string, Route>()
  let named = 0

  function put({ rows }: Route, row: ResidualRow): void {
    const key = `${row.reason}|${row.segment}|${row.client}`
    const held = rows.get(key)
    if (held === undefined) {
      const callers = createSketch()
      mergeInto(callers, row.callers)
      rows.set(key, { ...row, callers })
      return
    }
    held.requests += row.requests
    held.firstAt = Math.min(held.firstAt, row.firstAt)
    held.lastAt = Math.max(held.lastAt, row.lastAt)
    mergeInto(held.callers, row.callers)
  }

  function routeOf(name: string): Route {
    const route = routes.get(name) ?? { rows: new Map(), named: 0 }
    routes.set(name, route)
    return route
  }

  /** Leaves the largest their room; of two alike the one that came first. */
  function makeRoom(among: readonly Route[], room: number): void {
    const all = among.flatMap(route =>
      [...route.rows].flatMap(([key, row]) => (row.client === other ? [] : { route, key, row })),
    )
    const least = all.toSorted((a, b) => b.row.requests - a.row.requests).slice(room)
    for (const { route, key, row } of least) {
      route.rows.delete(key)
      route.named--
      named--
      put(route, { ...row, segment: other, client: other })
    }
  }

  function settle(): void {
    for (const route of routes.values()) {
      if (route.named > perRoute) makeRoom([route], perRoute)
    }
    if (named > inAll) makeRoom([...routes.values()], inAll)
  }

  return {
    add(row: ResidualRow): void {
      const route = routeOf(row.route)
      const before = route.rows.size
      put(route, row)
      if (row.client === other || route.rows.size === before) return
      route.named++
      named++
      if (route.named > 2 * perRoute) makeRoom([route], perRoute)
      if (named > 2 * inAll) makeRoom([...routes.values()], inAll)
    },
    /** Those that have room, and what the others come to. */
    all(): readonly ResidualRow[] {
      settle()
      return [...routes.values()].flatMap(({ rows }) => [...rows.values()])
    },
  }
}

export type Rows = ReturnType<typeof createRows>
