import type { Marks } from './marks.ts'
import type { Steps } from './percentiles.ts'
import type { HistoryReport } from './report.ts'
import { type Series, variantSeries } from './series.ts'
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
    /** `flags` are those of the routes. Throws where no such step is kept. */
    series(
      { flag, routes, stepMs, forMs }: SeriesQuery,
      flags: ReadonlySet<string>,
      now: number,
    ): Series {
      const slots = resolutions.find(each => each.stepMs === stepMs)
      if (slots === undefined) throw new Error(`no history in steps of ${stepMs} ms`)
      const to = slots.numberAt(now)
      const from = to - Math.ceil(forMs / stepMs)
      const span = { slots, from, to }
      return {
        ...{ machine, flag, routes, stepMs },
        at: Array.from({ length: to - from }, (_, nth) => (from + nth) * stepMs),
        v1: variantSeries('v1', routes, span, steps),
        v2: variantSeries('v2', routes, span, steps),
        marks: marks.within(flags, from * stepMs, now),
      }
    },
  }
}

function slotOf({ stepMs }: Slots, slot: Slot | null): SlotOf[] {
  return slot === null ? [] : [{ stepMs, slot }]
}

export type History = ReturnType<typeof createHistory>
