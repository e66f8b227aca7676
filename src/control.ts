import { type AdminView, createAdmin } from './admin/server.ts'
import type { Clock } from './clock.ts'
import type { Snapshot } from './config/snapshot.ts'
import type { AuditNote } from './fleet/audit-note.ts'
import { createEmbeddedStore } from './fleet/embedded-store.ts'
import { createLatchKeeper } from './fleet/latch-keeper.ts'
import type { ControlPlane, Planes } from './fleet/planes.ts'
import { drillOf, neverTripped, prevailing } from './guard/latch-state.ts'
import { opened } from './pipeline/open-listener.ts'
import { createControlMetrics } from './telemetry/control-metrics.ts'
import type { Logger } from './telemetry/log.ts'
import { mergedMetrics } from './telemetry/merged-metrics.ts'

export interface ControlDeps {
  readonly snapshot: Snapshot
  readonly clock: Clock
  readonly log: Logger
  /** Names this machine in latches and audit. */
  readonly machine: string
  /** The data planes; null until they are built. */
  readonly planes: () => Planes | null
  /** What the admin listener shows of the configuration. */
  readonly configStatus: () => object
}

export type Control = Awaited<ReturnType<typeof buildControl>>

/**
 * The composition root of the control plane: judges, holds the latches, serves the operators. It
 * knows the data planes only through `fleet/planes.ts`, whether they are in this process or not.
 * Throws where the store of this machine cannot be opened: what trips must stay tripped.
 */
export async function buildControl(deps: ControlDeps) {
  const { clock, log, machine } = deps
  let { snapshot } = deps
  let ready = false
  const metrics = createControlMetrics()
  const local = createEmbeddedStore({ dir: snapshot.process.store.dir, clock })

  function audit(note: AuditNote): void {
    const entry = { ...note, at: clock.now(), machine, configVersion: snapshot.version }
    local
      .appendAudit(entry)
      .catch(error => log.error({ err: error, ...note }, 'audit entry not written'))
  }

  const keeper = createLatchKeeper({
    local,
    shared: null,
    rules: { neverTripped, prevailing, drillOf },
    clock,
    flags: () => snapshot.routes.flatMap(({ flag }) => flag ?? []),
    broadcast: state => deps.planes()?.setLatch(state),
    onChange() {},
    audit,
    log,
  })
  await keeper.start()
  apply(snapshot)

  const plane: ControlPlane = {
    tripped: keeper.trip,
    counted() {},
  }

  /** Those that are there by now: none before the listeners open. */
  const planes = () => deps.planes() as Planes
  const admin = createAdmin(snapshot.process.admin, createView())

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

  function apply(next: Snapshot): void {
    snapshot = next
    metrics.configInfo.reset()
    metrics.configInfo.set({ version: snapshot.version }, 1)
  }

  return {
    plane,
    metrics,
    /** The latches as known, for data planes that start. */
    latches: () => keeper.latches().map(({ state }) => state),
    /** Judges by a new snapshot, which the data planes have taken. */
    apply,
    /** Opens the operators' listener; resolves with the port in use. */
    listen: () => opened('admin', snapshot.process.admin, admin.listen()),
    /** Whether load balancers should send clients here. */
    setReady(value: boolean): void {
      ready = value
    },
    async close(): Promise<void> {
      await admin.close()
      await keeper.close()
      await local.close()
    },
  }
}
