import { createSketch, mergeInto } from './distinct.ts'
import { other, type ResidualRow } from './row.ts'

/** Rows of one route that have room of their own; the smallest go into `(other)`. */
const roomPerRoute = 100

type Held = { -readonly [Field in keyof ResidualRow]: ResidualRow[Field] }

/**
 * Sums up rows in bounded room. What a route has no room for is added to its row `(other)` of the same
 * reason, so that no request is lost: a row lacks at most as many as stand there.
 */
export function createRows(room = roomPerRoute) {
  const routes = new Map<string, Map<string, Held>>()

  function put(rows: Map<string, Held>, row: ResidualRow): void {
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

  /** The smallest row with a name makes room; of two alike the one that came later. */
  function makeRoom(rows: Map<string, Held>): void {
    let least: [key: string, row: Held] | null = null
    for (const entry of rows) {
      if (entry[1].client === other) continue
      if (least === null || entry[1].requests <= least[1].requests) least = entry
    }
    if (least === null) return
    rows.delete(least[0])
    put(rows, { ...least[1], segment: other, client: other })
  }

  const all = () => [...routes.values()].flatMap(rows => [...rows.values()])

  return {
    add(row: ResidualRow): void {
      const rows = routes.get(row.route) ?? new Map<string, Held>()
      routes.set(row.route, rows)
      put(rows, row)
      const named = [...rows.values()].filter(({ client }) => client !== other).length
      if (named > room) makeRoom(rows)
    },
    all: all as () => readonly ResidualRow[],
  }
}

export type Rows = ReturnType<typeof createRows>
