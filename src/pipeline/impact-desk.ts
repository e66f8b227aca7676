import type { Clock } from '../clock.ts'
import type { Snapshot } from '../config/snapshot.ts'
import { createImpactRounds } from '../fleet/impact/impact-rounds.ts'
import { createImpactTally } from '../fleet/impact/impact-tally.ts'
import { middleOfStepMs } from '../guard/latency-steps.ts'
import type { HistoryReport } from '../history/report.ts'
import type { ControlMetrics } from '../telemetry/control-metrics.ts'
import { createImpactLog } from '../telemetry/impact-log.ts'
import type { Logger } from '../telemetry/log.ts'

export interface ImpactDeskDeps {
  readonly clock: Clock
  readonly log: Logger
  readonly instanceId: string
  readonly metrics: Pick<ControlMetrics, 'impact'>
  readonly snapshot: () => Snapshot
}

/** Tells Unleash what the variants of this machine's flags did, where `unleash.impactMetrics` says so. */
export function createImpactDesk({ clock, log, instanceId, metrics, snapshot }: ImpactDeskDeps) {
  const tell = createImpactLog(log)
  const tally = createImpactTally(middleOfStepMs)
  const rounds = createImpactRounds({
    ...{ clock, instanceId, tally, config },
    onResult(result, text) {
      metrics.impact.calls.inc({ result })
      tell(result, text)
    },
  })

  function config() {
    const { unleash } = snapshot().process
    return unleash?.impactMetrics ? unleash : null
  }

  return {
    /** Takes a report of a worker. A route without a flag is nothing to Unleash. */
    did(report: HistoryReport): void {
      if (config() === null) return
      const { routes } = snapshot()
      for (const each of report) {
        const flag = routes.find(({ name }) => name === each.route)?.flag
        if (flag !== undefined) tally.add(flag, each)
      }
    },
    /** The last reports of workers have come by now. */
    close: rounds.close,
  }
}

export type ImpactDesk = ReturnType<typeof createImpactDesk>
