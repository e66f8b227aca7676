import type { Clock } from '../clock.ts'
import type { Snapshot } from '../config/snapshot.ts'
import { changeInWords } from '../fleet/latch/latch-in-words.ts'
import type { RolloutReport } from '../fleet/rollout/rollout-report.ts'
import type { LatchState } from '../guard/latch-state.ts'
import { middleOfStepMs, neverStep } from '../guard/latency-steps.ts'
import { createHistory } from '../history/history.ts'
import { createMarks } from '../history/marks.ts'
import type { HistoryReport } from '../history/report.ts'
import type { SeriesAnswer, SeriesRefusal, SeriesRequest } from '../history/series.ts'
import { readSpan } from '../history/span.ts'
import { moveInWords } from '../rollout/percent.ts'
import type { ControlMetrics } from '../telemetry/control-metrics.ts'
import type { Logger } from '../telemetry/log.ts'
import { createQuestionTurns } from './asking/question-turns.ts'
import { createImpactDesk } from './impact-desk.ts'
import { createKeptHistory } from './kept-history.ts'

/** Milliseconds between two looks at the time, and at what flags say. */
const lookMs = 1000

/** Milliseconds that an answer may take; pages wait a little longer. */
const patienceMs = 5000
const tooLong = `its slots are added up within ${patienceMs / 1000} s`

export interface HistoryDeskDeps {
  readonly clock: Clock
  readonly machine: string
  readonly log: Logger
  readonly metrics: Pick<ControlMetrics, 'impact'>
  /** Names this process towards Unleash. */
  readonly instanceId: string
  /** Of the store of this machine. */
  readonly dir: string
  readonly snapshot: () => Snapshot
}

/**
 * Keeps on this machine how the variants of each route did, and what happened to their flags; tells
 * Unleash of the variants where it is to be told.
 */
export function createHistoryDesk(deps: HistoryDeskDeps) {
  const { clock, machine, log, dir, snapshot } = deps
  const marks = createMarks(moveInWords)
  // A day of some busy routes takes a tenth of a second, and this thread may be the one that serves clients.
  const turns = createQuestionTurns(clock, patienceMs)
  const steps = { count: neverStep, msOf: middleOfStepMs }
  const history = createHistory({ machine, steps, marks })
  const kept = createKeptHistory(dir, log)
  const impact = createImpactDesk(deps)
  let reports: () => readonly RolloutReport[] = () => []
  history.restore(kept.before.slots, clock.now())
  for (const mark of kept.before.marks) marks.add(mark)

  function take(report: HistoryReport): void {
    const now = clock.now()
    kept.ended(history.take(report, now), now)
  }

  function look(): void {
    take([])
    for (const { flag, percent } of reports()) {
      const mark = marks.share(flag, percent, clock.now())
      if (mark !== null) kept.marked(mark)
    }
  }
  look()
  const stop = clock.every(lookMs, look)

  return {
    /** Takes a report of a worker. */
    did(report: HistoryReport): void {
      take(report)
      impact.did(report)
    },
    /** A latch changed, whichever machine changed it. */
    latched(state: LatchState): void {
      const kind = state.state === 'tripped' ? 'tripped' : 'resumed'
      const mark = { at: state.since, flag: state.flag, kind, text: changeInWords(state) } as const
      if (marks.add(mark)) kept.marked(mark)
    },
    /** Where to look up what flags say. */
    watch(rollouts: () => readonly RolloutReport[]): void {
      reports = rollouts
      look()
    },
    async series({ route, flag, for: forText, step }: SeriesRequest): Promise<SeriesAnswer> {
      if ((route === undefined) === (flag === undefined)) {
        const both = route === undefined ? 'neither' : 'both'
        return refused('bad-request', `one of route and flag must be given, received ${both}`)
      }
      const span = readSpan(forText, step)
      if (!span.ok) return refused('bad-request', span.text)
      const asked = snapshot().routes.filter(each =>
        route === undefined ? each.flag === flag : each.name === route,
      )
      if (asked.length === 0) {
        return route === undefined
          ? refused('unknown-flag', `flag must be one that a route names, ${received(flag)}`)
          : refused('unknown-route', `route must be one of the configuration, ${received(route)}`)
      }
      const routes = asked.map(({ name }) => name)
      const flags = new Set(asked.flatMap(each => each.flag ?? []))
      const { stepMs, forMs } = span
      const query = { flag: flag ?? null, routes, stepMs, forMs }
      const series = await turns.take(breathe => {
        // A slot that just ended is told, though nobody has looked since.
        take([])
        return history.series(query, flags, clock.now(), breathe)
      })
      return series === null
        ? refused('bad-request', `for must be so short that ${tooLong}, ${received(forText)}`)
        : { found: true, series }
    },
    /** The last reports of workers have come by now. */
    async close(): Promise<void> {
      stop()
      kept.close(history.soFar(clock.now()), clock.now())
      await impact.close()
    },
  }
}

function refused(refusal: SeriesRefusal, text: string): SeriesAnswer {
  return { found: false, refusal, text: `Cannot tell of the past: ${text}` }
}

function received(name: string | undefined): string {
  return `received ${JSON.stringify(name)}`
}

export type HistoryDesk = ReturnType<typeof createHistoryDesk>
