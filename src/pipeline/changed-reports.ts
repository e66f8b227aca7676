export interface Reported<T> {
  /** What a report is about, as plain JSON. */
  readonly nameOf: (report: T) => unknown
  /** The part of it that makes it another when it changes, likewise. */
  readonly stateOf: (report: T) => unknown
}

/**
 * Of reports that are made again and again, those that say something else than the last time, or were
 * not there. The first time none is.
 */
export function createChangedReports<T>({ nameOf, stateOf }: Reported<T>) {
  let before: ReadonlyMap<string, string> | null = null
  return (reports: readonly T[]): readonly T[] => {
    const known = before
    const name = (report: T) => JSON.stringify(nameOf(report))
    const now = new Map(reports.map(each => [name(each), JSON.stringify(stateOf(each))]))
    before = now
    if (known === null) return []
    return reports.filter(each => known.get(name(each)) !== now.get(name(each)))
  }
}
