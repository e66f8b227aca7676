import type { FlagSource } from '../cohort/flag-source.ts'
import type { Snapshot } from '../config/snapshot.ts'
import type { Planes } from '../fleet/planes.ts'
import type { WorkerEvent } from '../fleet/workers/worker-event.ts'
import { createWorkers } from '../fleet/workers/workers.ts'
import { buildGateway, type GatewayDeps } from '../gateway.ts'

export interface PlanesDeps extends Omit<GatewayDeps, 'latches' | 'revocations'> {
  readonly latches: () => GatewayDeps['latches']
  readonly revocations: () => GatewayDeps['revocations']
  readonly onWorker: (event: WorkerEvent) => void
}

export interface OpenPlanes {
  readonly planes: Planes
  /** The flags in force; null where workers hold them. */
  readonly flags: () => FlagSource | null
  /** Serves a snapshot with new processes; null where there are no workers. */
  readonly restartWorkers: ((snapshot: Snapshot) => Promise<unknown>) | null
}

/** The program itself, as source or as built, which the workers run as well. */
const program = new URL(`../main${import.meta.url.slice(-3)}`, import.meta.url)

/** The data planes of this machine: in this process for one worker, in processes of their own for more. */
export async function openPlanes(deps: PlanesDeps): Promise<OpenPlanes> {
  if (deps.snapshot.process.workers > 1) {
    const workers = createWorkers({
      ...deps,
      entry: program,
      args: ['worker'],
      onEvent: deps.onWorker,
    })
    return { planes: workers, flags: () => null, restartWorkers: workers.replaceAll }
  }
  const gateway = await buildGateway({
    ...deps,
    latches: deps.latches(),
    revocations: deps.revocations(),
  })
  const planes = {
    ...gateway,
    status: async () => [await gateway.status()],
    metrics: async () => [await gateway.metrics()],
    decisions: async (after: number, limit: number) => [await gateway.decisions(after, limit)],
    processes: () => [],
  }
  return { planes, flags: gateway.flags, restartWorkers: null }
}
