import type { Clock } from '../../clock.ts'
import type { Store } from './store.ts'

/** A leader that is gone is followed after this long. */
const leaseMs = 6000
const renewMs = 2000

export interface LeaderDeps {
  /** Null: this machine is alone, and nobody is asked. */
  readonly shared: Pick<Store, 'acquireLease' | 'releaseLease'> | null
  readonly clock: Clock
  /** Names this process among all of the fleet. */
  readonly holder: string
}

/**
 * Finds the one machine that does what only one may do. While the shared store is down there is no
 * one: each machine does for itself what cannot wait, see announcer.
 */
export function createLeader({ shared, clock, holder }: LeaderDeps) {
  if (shared === null) return { leads: (): boolean | null => null, close: async () => {} }
  /** Monotonic milliseconds until which nobody else can have the lease, whatever this process misses meanwhile. */
  let until = Number.NEGATIVE_INFINITY
  let asking: Promise<void> = Promise.resolve()

  const leads = (): boolean | null => clock.monotonic() < until

  const stop = clock.every(renewMs, () => {
    const askedAt = clock.monotonic()
    asking = shared.acquireLease('leader', holder, leaseMs).then(
      taken => {
        until = taken ? askedAt + leaseMs : Number.NEGATIVE_INFINITY
      },
      () => {
        until = Number.NEGATIVE_INFINITY
      },
    )
  })

  return {
    /** Whether it is this machine; null for one that is alone. A process that hung, and was followed, knows at once. */
    leads,
    async close(): Promise<void> {
      stop()
      await asking
      // One that cannot be given back ends by itself.
      if (leads()) await shared.releaseLease('leader', holder).catch(() => {})
    },
  }
}
