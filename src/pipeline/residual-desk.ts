import type { Clock } from '../clock.ts'
import type { Snapshot } from '../config/snapshot.ts'
import type { FleetNotices } from '../fleet/stores/fleet-notices.ts'
import { dayAsText, dayOf, rowsOfDay } from '../residual/kept-day.ts'
import { callersByRoute, type ResidualReport, residualRoutes } from '../residual/report.ts'
import type { ResidualRow } from '../residual/row.ts'
import { createRows, type Rows } from '../residual/rows.ts'
import type { ControlMetrics } from '../telemetry/control-metrics.ts'
import type { Logger } from '../telemetry/log.ts'
import { nextTurn } from './next-turn.ts'

export interface ResidualDeskDeps {
  readonly clock: Clock
  readonly log: Logger
  readonly metrics: Pick<ControlMetrics, 'v1Callers'>
  readonly notices: FleetNotices
  /** Name under which this machine puts down what it counted, the same after every restart. */
  readonly holder: string
  readonly snapshot: () => Snapshot
}

/** Milliseconds between two writes: the most that a machine which dies forgets. */
const writeEveryMs = 30_000

const dayMs = 86_400_000

/** What this machine counted on one day (UTC). */
interface Day {
  readonly name: string
  readonly rows: Rows
  /** What was written before a restart has been added. */
  isLoaded: boolean
  isChanged: boolean
}

/**
 * Sums up who still gets V1, day by day, and puts it down where all machines can read it. What cannot
 * be written now is written with the next round; a day that is over is written until it is.
 */
export function createResidualDesk(deps: ResidualDeskDeps) {
  const { clock, log, metrics, notices, holder, snapshot } = deps
  let days: readonly Day[] = []
  let rounds: Promise<unknown> = Promise.resolve()
  let failing = false

  const keptDays = () => snapshot().process.residual.days
  const subjectOf = (day: string) => `v1-residual/${day}`

  function today(): Day {
    const name = dayOf(clock.now())
    const known = days.find(day => day.name === name)
    if (known !== undefined) return known
    const day = { name, rows: createRows(), isLoaded: false, isChanged: false }
    days = [...days, day]
    return day
  }

  async function write(day: Day): Promise<void> {
    if (!day.isLoaded) {
      const stores = await notices.of(subjectOf(day.name))
      const texts = stores.map(found => found?.get(holder))
      // The first that has it: it is the same in both, or newer here.
      const text = texts.find(each => each !== undefined)
      if (text === undefined && stores.includes(null)) throw new Error('a store cannot be read')
      for (const row of rowsOfDay(text ?? '[]') ?? []) day.rows.add(row)
      day.isLoaded = true
    }
    if (!day.isChanged) return
    day.isChanged = false
    try {
      const keepMs = Math.max(1, keptDays()) * dayMs
      await notices.put(subjectOf(day.name), holder, dayAsText(day.rows.all()), keepMs)
    } catch (error) {
      day.isChanged = true
      throw error
    }
  }

  function measure({ rows }: Day): void {
    metrics.v1Callers.reset()
    for (const [route, callers] of callersByRoute(rows.all())) {
      metrics.v1Callers.set({ route }, callers)
    }
  }

  async function writeAll(): Promise<void> {
    const now = today()
    try {
      for (const day of days) await write(day)
      days = days.filter(day => day === now || day.isChanged)
      failing = false
      measure(now)
    } catch (error) {
      if (!failing) log.error({ err: error }, 'who still gets V1 was not written down; tried again')
      failing = true
    }
  }

  function round(): Promise<unknown> {
    rounds = rounds.then(writeAll)
    return rounds
  }
  const stop = clock.every(writeEveryMs, () => void round())

  /** The days that a report is about, oldest first. */
  function daysBack(count: number): string[] {
    const now = clock.now()
    return Array.from({ length: count }, (_, i) => dayOf(now - (count - 1 - i) * dayMs))
  }

  /** What all machines counted on a day; null in the place of what cannot be read. */
  async function counted(day: string): Promise<ReadonlyMap<string, readonly ResidualRow[] | null>> {
    const found = new Map<string, readonly ResidualRow[] | null>()
    const stores = await notices.of(subjectOf(day))
    for (const [i, store] of stores.entries()) {
      if (store === null) found.set(`store ${i}`, null)
      for (const [name, text] of store ?? []) {
        if (!found.get(name)) found.set(name, rowsOfDay(text))
      }
    }
    const own = days.find(({ name }) => name === day)
    if (own !== undefined) found.set(holder, own.rows.all())
    return found
  }

  return {
    /** Takes a report of a worker. */
    stayed(rows: readonly ResidualRow[], taken: () => void): void {
      if (keptDays() > 0) {
        const day = today()
        for (const row of rows) day.rows.add(row)
        day.isChanged = true
      }
      taken()
    },
    /** Of the last so many days, today among them. */
    async report(count: number): Promise<ResidualReport> {
      // What was written before a restart belongs to today. Who looks often writes nothing by it.
      if (days.some(({ isLoaded }) => !isLoaded)) await round()
      const asked = daysBack(count)
      const machines = new Set<string>()
      const sums = createRows()
      let unread = 0
      for (const day of asked) {
        // A day is some milliseconds of work, and this process may serve clients too.
        await nextTurn()
        const found = await counted(day)
        for (const [name, rows] of found) {
          if (rows !== null) machines.add(name)
          for (const row of rows ?? []) sums.add(row)
        }
        if ([...found.values()].includes(null)) unread++
      }
      const { routes } = snapshot()
      return {
        from: asked[0] as string,
        until: asked.at(-1) as string,
        machines: machines.size,
        unread,
        routes: residualRoutes(sums.all(), routes),
        withoutV2: routes.flatMap(({ name, v2 }) => (v2 === undefined ? [name] : [])),
      }
    },
    /** Writes down the last of it. */
    async close(): Promise<void> {
      stop()
      await round()
    },
  }
}

export type ResidualDesk = ReturnType<typeof createResidualDesk>
