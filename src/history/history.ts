import type { Marks } from './marks.ts'
import type { Steps } from './percentiles.ts'
import type { HistoryReport } from './report.ts'
import { type Breathe, type Series, variantSeries } from './series.ts'
import { createSlots, type Slot, type SlotOf, type Slots } from './slots.ts'
import { keptSteps } from './span.ts'

/** What somebody wants to see. */
export interface SeriesQuery {
  readonly flag: string | null
  readonly routes: readonly string[]
  /** One of `keptSteps`. */
  readonly stepMs: number
  /** No longer than those are kept. */
  readonly forMs: number
}

export interface HistoryDeps {
  readonly machine: string
  readonly steps: Steps
  readonly marks: Pick<Marks, 'within'>
}

/** How the variants of all routes did over time on one machine. Pure: it is told what time it is. */
export function createHistory({ machine, steps, marks }: HistoryDeps) {
  const resolutions = keptSteps.map(rule => createSlots(rule, steps.count))

  return {
    /** Takes over what was kept before; before anything is taken. */
    restore(slots: readonly SlotOf[], now: number): void {
      for (const each of resolutions) {
        const own = slots.filter(({ stepMs }) => stepMs === each.stepMs)
        each.restore(
          own.map(({ slot }) => slot),
          now,
        )
      }
    },
    /** Takes what was counted up to now, and gives the slots that are over since the last call. */
    take: (report: HistoryReport, now: number): readonly SlotOf[] =>
      resolutions.flatMap(each => slotOf(each, each.take(report, now))),
    /** The slots that run, as far as they are. */
    soFar: (now: number): readonly SlotOf[] =>
      resolutions.flatMap(each => slotOf(each, each.soFar(now))),
    /**
     * As it stands now, though it is added up slot by slot; null where nobody waited for it. `flags` are
     * those of the routes. Rejects where no such step is kept.
     */
    async series(
      { flag, routes, stepMs, forMs }: SeriesQuery,
      flags: ReadonlySet<string>,
      now: number,
      breathe: Breathe,
    ): Promise<Series | null> {
      const kept = resolutions.find(each => each.stepMs === stepMs)
      if (kept === undefined) throw new Error(`no history in steps of ${stepMs} ms`)
      const to = kept.numberAt(now)
      const from = to - Math.ceil(forMs / stepMs)
      const numbers = Array.from({ length: to - from }, (_, nth) => from + nth)
      const slots = numbers.map(kept.at)
      const told = marks.within(flags, from * stepMs, now)
      const v1 = await variantSeries('v1', routes, slots, steps, breathe)
      const v2 = v1 && (await variantSeries('v2', routes, slots, steps, breathe))
      if (v1 === null || v2 === null) return null
      const at = numbers.map(number => number * stepMs)
      return { machine, flag, routes, stepMs, at, v1, v2, marks: told }
    },
  }
}

function slotOf({ stepMs }: Slots, slot: Slot | null): SlotOf[] {
  return slot === null ? [] : [{ stepMs, slot }]
}

export type History = ReturnType<typeof createHistory>
