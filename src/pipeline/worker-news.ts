import type { WriteAudit } from '../fleet/stores/audit-note.ts'
import type { WorkerEvent } from '../fleet/workers/worker-event.ts'
import { lossInWords } from '../fleet/workers/worker-loss.ts'
import type { ControlMetrics } from '../telemetry/control-metrics.ts'
import type { Logger } from '../telemetry/log.ts'
import { createWorkerLog } from '../telemetry/worker-log.ts'

export interface WorkerNewsDeps {
  readonly machine: string
  readonly metrics: ControlMetrics
  readonly audit: WriteAudit
  readonly log: Logger
}

/** Tells of the workers' lives: log, and where one was lost metric and audit. */
export function createWorkerNews({ machine, metrics, audit, log }: WorkerNewsDeps) {
  const tell = createWorkerLog(log)
  return (event: WorkerEvent): void => {
    tell(event)
    if (event.type !== 'lost') return
    metrics.workersLost.inc({ reason: event.why })
    audit({
      event: 'worker-died',
      who: machine,
      subject: null,
      why: `worker ${event.worker} was lost: ${lossInWords(event)}`,
      evidence: null,
    })
  }
}
