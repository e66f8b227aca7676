import type { Clock } from '../clock.ts'
import type { Snapshot } from '../config/snapshot.ts'
import { type AnnouncerDeps, createAnnouncer } from '../fleet/announce/announcer.ts'
import { v1HealthOf } from '../fleet/announce/watch-v1.ts'
import { createLatchKeeper, type LatchNews } from '../fleet/latch/latch-keeper.ts'
import { createResumeAfter } from '../fleet/latch/resume-after.ts'
import { createSettling } from '../fleet/latch/settling.ts'
import type { Planes } from '../fleet/planes.ts'
import type { AuditNote } from '../fleet/stores/audit-note.ts'
import { createFleetMemory } from '../fleet/stores/fleet-memory.ts'
import { drillOf, type LatchState, neverTripped, prevailing } from '../guard/latch-state.ts'
import type { createControlMetrics } from '../telemetry/control-metrics.ts'
import type { Logger } from '../telemetry/log.ts'
import type { Stores } from './open-stores.ts'

export interface LatchingDeps {
  readonly clock: Clock
  readonly log: Logger
  /** Names this machine in latches and audit. */
  readonly machine: string
  /** Names this process among all that share a store. */
  readonly instanceId: string
  readonly metrics: ReturnType<typeof createControlMetrics>
  readonly stores: Stores
  readonly audit: (note: AuditNote) => void
  /** Every flag that a route names. */
  readonly flags: () => readonly string[]
  readonly snapshot: () => Snapshot
  /** Null until the data planes are built. */
  readonly planes: () => Planes | null
  /** What V1 answered of late, for whether it bears what V2 had. */
  readonly v1Counts: AnnouncerDeps['v1']['counts']
  /** Hears of every change that is in force here. */
  readonly onChanged: (state: LatchState) => void
  /** Hears of a latch that is open again. */
  readonly onOpened: (flag: string) => void
}

/** The latches on this machine: who keeps them, who is told of a change, and how far it has come. */
export function createLatching(deps: LatchingDeps) {
  const { clock, log, machine, metrics, stores, audit, flags, snapshot, planes } = deps
  const { local, shared, fleet } = stores

  const announcer = createAnnouncer({
    ...{ machine, clock, audit, log },
    holder: deps.instanceId,
    memory: createFleetMemory(local, shared),
    lease: fleet,
    audience: () => ({
      webhooks: snapshot().process.webhooks,
      unleash: snapshot().process.unleash?.admin ?? null,
    }),
    v1: {
      counts: deps.v1Counts,
      health: async flag => v1HealthOf(flag, (await planes()?.status()) ?? []),
    },
    count: (step, result) => metrics.announcements.inc({ step, result }),
  })
  const keeper = createLatchKeeper({
    ...{ local, shared, clock, flags, audit, log },
    rules: { neverTripped, prevailing, drillOf },
    broadcast: state => planes()?.setLatch(state),
    onChange,
  })
  const settling = createSettling({
    ...{ clock, machine, audit, log },
    // Those that are there by now: none before the listeners open.
    planes: () => planes() as Planes,
    onSettled: metrics.switchedBack,
  })
  let stopResuming = () => {}

  function onChange({ state }: LatchNews): void {
    deps.onChanged(state)
    announcer.onChange(state)
    if (state.state === 'open') deps.onOpened(state.flag)
    settling.onChange(state)
  }

  return {
    keeper,
    announcer,
    /** Resolves once every latch that a store knows is known here. */
    async start(): Promise<void> {
      await keeper.start()
      const resumeAfter = createResumeAfter({
        clock,
        routes: () => snapshot().routes,
        latches: () => keeper.latches().map(({ state }) => state),
        resume: flag =>
          keeper.change({ flag, to: 'open', who: machine, note: null, reason: 'resume-after' }),
      })
      stopResuming = resumeAfter.close
    },
    async close(): Promise<void> {
      stopResuming()
      settling.close()
      await stores.leader.close()
      await keeper.close()
      await announcer.close()
    },
  }
}
