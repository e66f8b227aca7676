import type { Clock } from '../../clock.ts'
import type { Fleet } from './fleet.ts'

/** A leader that is gone is followed after this long. */
const leaseMs = 6000
const renewMs = 2000

export interface LeaderDeps {
  readonly fleet: Pick<Fleet, 'acquireLease' | 'releaseLease' | 'sharedStatus'>
  readonly clock: Clock
  /** Names this process among all of the fleet. */
  readonly holder: string
}

/**
 * Finds the one machine that does what only one may do. While the shared store is down there is no
 * one: each machine does for itself what cannot wait, see announcer.
 */
export function createLeader({ fleet, clock, holder }: LeaderDeps) {
  let leads = false
  let asking: Promise<void> = Promise.resolve()

  async function ask(): Promise<void> {
    const { from, found } = await fleet.acquireLease('leader', holder, leaseMs)
    leads = from === 'redis' && found
  }

  const stop = clock.every(renewMs, () => {
    asking = ask().catch(() => {
      leads = false
    })
  })

  return {
    /** Null for a machine that is alone. */
    leads: (): boolean | null => (fleet.sharedStatus() === null ? null : leads),
    async close(): Promise<void> {
      stop()
      await asking
      if (leads) await fleet.releaseLease('leader', holder)
    },
  }
}
