import type { WriteAudit } from '../fleet/stores/audit-note.ts'
import type { StoreStatus } from '../fleet/stores/store.ts'
import type { ControlMetrics } from '../telemetry/control-metrics.ts'

export interface StoreNewsDeps {
  readonly machine: string
  readonly metrics: Pick<ControlMetrics, 'store'>
  readonly audit: WriteAudit
}

/** Tells that the shared store is lost, and that it is back: metric and audit. */
export function createStoreNews({ machine, metrics, audit }: StoreNewsDeps) {
  return ({ up, error }: StoreStatus): void => {
    metrics.store.shared(up)
    audit({
      event: up ? 'store-back' : 'store-lost',
      who: machine,
      subject: null,
      why: up ? 'the shared store answers' : `the shared store is lost: ${error}`,
      evidence: null,
    })
  }
}
