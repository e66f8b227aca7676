import type { ConfigChange } from '../admin/events/change.ts'
import { createChangeLog } from '../admin/events/change-log.ts'
import type { EventsView } from '../admin/events/event-routes.ts'
import type { Clock } from '../clock.ts'
import { formatFault } from '../config/format-fault.ts'
import type { ReloadReport } from '../config/live.ts'
import type { VerdictReport } from '../fleet/gateway-status.ts'
import type { RolloutReport } from '../fleet/rollout/rollout-report.ts'
import type { AuditEntry } from '../fleet/stores/store.ts'
import type { LatchState } from '../guard/latch-state.ts'
import { plainAddress } from '../ingress/peers.ts'
import type { ControlMetrics } from '../telemetry/control-metrics.ts'
import type { Logger } from '../telemetry/log.ts'
import { createChangedReports } from './changed-reports.ts'

/** Milliseconds between two looks at what is judged all the time. */
const lookMs = 1000

/** Faults of one refused configuration that are told; `/config` has all. */
const toldFaults = 20

export interface ChangeFeedDeps {
  readonly machine: string
  readonly clock: Clock
  readonly log: Logger
  readonly metrics: Pick<ControlMetrics, 'events'>
  readonly randomBytes: (size: number) => Buffer
}

/** What is looked at for changes. */
export interface Watched {
  readonly verdicts: () => readonly VerdictReport[]
  readonly rollouts: () => readonly RolloutReport[]
}

/** Brings what changes on this machine to those who read the stream. */
export function createChangeFeed({ machine, clock, log, metrics, randomBytes }: ChangeFeedDeps) {
  const changes = createChangeLog({ machine, epoch: randomBytes(6).toString('hex') })
  const verdicts = createChangedReports({ nameOf: nameOfVerdict, stateOf: stateOfVerdict })
  const rollouts = createChangedReports({ nameOf: nameOfRollout, stateOf: stateOfRollout })
  let stop = () => {}

  const view: EventsView = {
    changes,
    clock,
    onReaders: count => metrics.events.streams.set(count),
    onEnded(why, address) {
      metrics.events.ended.inc({ reason: why })
      if (why === 'slow' || why === 'refused') {
        log.warn({ why, address: plainAddress(address) }, 'a stream of changes was ended')
      }
    },
  }

  return {
    view,
    audited: (data: AuditEntry): void => changes.publish({ type: 'audit', data }),
    latched: (data: LatchState): void => changes.publish({ type: 'latch', data }),
    reloaded(report: ReloadReport): void {
      const { result, version, faults, error } = report
      const told = faults.slice(0, toldFaults).map(formatFault)
      const data: ConfigChange = { result, version, faults: told, error: error?.message ?? null }
      changes.publish({ type: 'config', data })
    },
    /** What is there by now is no change. */
    watch(watched: Watched): void {
      const look = () => {
        for (const data of verdicts(watched.verdicts())) changes.publish({ type: 'verdict', data })
        for (const data of rollouts(watched.rollouts())) changes.publish({ type: 'rollout', data })
      }
      look()
      stop = clock.every(lookMs, look)
    },
    close: (): void => stop(),
  }
}

function nameOfVerdict({ route, budget, scope }: VerdictReport): unknown {
  return [route, budget, scope]
}

function stateOfVerdict({ verdict, flag, dryRun }: VerdictReport): unknown {
  return [verdict, flag, dryRun]
}

function nameOfRollout({ flag }: RolloutReport): unknown {
  return flag
}

/** Without what counts up: the next change would push those that matter out of what is kept. */
function stateOfRollout({ requests: _, text: __, requirements, ...rest }: RolloutReport): unknown {
  return { ...rest, requirements: requirements.map(({ kind, met }) => [kind, met]) }
}
