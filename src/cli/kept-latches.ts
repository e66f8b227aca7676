import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { systemClock } from '../clock.ts'
import type { AssignerDeps } from '../cohort/assign.ts'
import type { LinkedRoute, Snapshot } from '../config/snapshot.ts'
import { createEmbeddedStore } from '../fleet/stores/embedded-store.ts'
import { drillOf } from '../guard/latch-state.ts'

/** What the gateway on this machine keeps of a route's flag: a caller of a switched-back flag gets V1. */
export async function keptLatches(
  { flag }: LinkedRoute,
  { process }: Snapshot,
): Promise<Pick<AssignerDeps, 'latch' | 'drill'>> {
  const { dir } = process.store
  // A gateway that never ran keeps nothing, and asking must not make its file.
  if (flag === undefined || !existsSync(join(dir, 'state.db'))) return {}
  const store = createEmbeddedStore({ dir, clock: systemClock })
  try {
    const states = await store.latches()
    const isTripped = (name: string) =>
      states.some(({ flag, state }) => flag === name && state === 'tripped')
    return {
      latch: { tripped: isTripped(flag) },
      drill: { tripped: isTripped(drillOf(flag)) },
    }
  } finally {
    await store.close()
  }
}
