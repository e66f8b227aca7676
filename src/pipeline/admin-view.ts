import type { AdminView } from '../admin/server.ts'
import { type Planes, workerStates } from '../fleet/planes.ts'
import type { createControlMetrics } from '../telemetry/control-metrics.ts'
import { mergedMetrics } from '../telemetry/merged-metrics.ts'

export interface AdminViewDeps {
  readonly ready: () => boolean
  readonly configStatus: () => object
  readonly planes: () => Planes
  readonly metrics: ReturnType<typeof createControlMetrics>
}

/** What the operators' listener shows of this process and its workers, beside what the control plane holds. */
export function createAdminView({
  ready,
  configStatus,
  planes,
  metrics,
}: AdminViewDeps): AdminView {
  return {
    ready,
    async metrics() {
      for (const state of workerStates) {
        const count = planes()
          .processes()
          .filter(each => each.state === state).length
        metrics.workers.set({ state }, count)
      }
      const own = await metrics.registry.getMetricsAsJSON()
      return mergedMetrics([own, ...(await planes().metrics())])
    },
    config: configStatus,
    async flags() {
      const [first] = await planes().status()
      return first?.flags ?? null
    },
  }
}
