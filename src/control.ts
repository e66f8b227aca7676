import { type AdminView, createAdmin } from './admin/server.ts'
import type { Snapshot } from './config/snapshot.ts'
import type { ControlPlane, Planes } from './fleet/planes.ts'
import type { LatchState } from './guard/latch-state.ts'
import { opened } from './pipeline/open-listener.ts'
import { createControlMetrics } from './telemetry/control-metrics.ts'
import type { Logger } from './telemetry/log.ts'
import { mergedMetrics } from './telemetry/merged-metrics.ts'

export interface ControlDeps {
  readonly snapshot: Snapshot
  readonly log: Logger
  /** The data planes, once they are built. */
  readonly planes: () => Planes
  /** What the admin listener shows of the configuration. */
  readonly configStatus: () => object
}

export type Control = Awaited<ReturnType<typeof buildControl>>

/**
 * The composition root of the control plane: judges, holds the latches, serves the operators. It
 * knows the data planes only through `fleet/planes.ts`, whether they are in this process or not.
 */
export async function buildControl(deps: ControlDeps) {
  const { planes } = deps
  const metrics = createControlMetrics()
  let ready = false
  apply(deps.snapshot)

  const plane: ControlPlane = {
    tripped(state) {
      planes().setLatch(state)
    },
    counted() {},
  }

  const admin = createAdmin(deps.snapshot.process.admin, createView())

  function createView(): AdminView {
    return {
      ready: () => ready,
      async metrics() {
        const own = await metrics.registry.getMetricsAsJSON()
        return mergedMetrics([own, ...(await planes().metrics())])
      },
      config: () => deps.configStatus(),
      async flags() {
        const [first] = await planes().status()
        return first?.flags ?? null
      },
    }
  }

  function apply(snapshot: Snapshot): void {
    metrics.configInfo.reset()
    metrics.configInfo.set({ version: snapshot.version }, 1)
  }

  return {
    plane,
    metrics,
    /** The latches as known, for data planes that start. */
    latches: (): readonly LatchState[] => [],
    /** Judges by a new snapshot, which the data planes have taken. */
    apply,
    /** Opens the operators' listener; resolves with the port in use. */
    listen: () => opened('admin', deps.snapshot.process.admin, admin.listen()),
    /** Whether load balancers should send clients here. */
    setReady(value: boolean): void {
      ready = value
    },
    async close(): Promise<void> {
      await admin.close()
    },
  }
}
