import type { Counts } from '../../guard/observation.ts'

/** Series that are held at most: those of clients come and go, and a primary may not read for long. */
export const mostSeries = 10_000

/**
 * Sends one report at a time. What is counted while one is under way is added up and goes as the next;
 * series beyond `mostSeries` are left out of it.
 *
 * @param send Calls `sent` when the other side has taken the report.
 */
export function createHeldCounts(send: (counts: Counts, sent: () => void) => void) {
  /** Null while no report is under way. */
  let held: Map<string, number> | null = null

  function begin(counts: Counts): void {
    held = new Map()
    send(counts, () => {
      const next = held
      held = null
      if (next !== null && next.size > 0) begin(Object.fromEntries(next))
    })
  }

  return (counts: Counts): void => {
    if (held === null) {
      begin(counts)
      return
    }
    for (const [series, count] of Object.entries(counts)) {
      const known = held.get(series)
      if (known !== undefined) held.set(series, known + count)
      else if (held.size < mostSeries) held.set(series, count)
    }
  }
}
