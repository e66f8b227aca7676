import type { Clock } from '../../clock.ts'
import type { StoreStatus } from './store.ts'

export interface StoreHealth {
  status(): StoreStatus
  /** A call got through. */
  ok(): void
  /** A call did not; the first error after a good call is the one that is told. */
  failed(error: string): void
  /** The store answered, and refused: other calls that get through meanwhile do not make it usable. */
  refused(error: string): void
}

/** Milliseconds without a refusal after which a store that refused is believed: each call is made again in less. */
const steadyMs = 10_000

/** Whether a store can be used, learned from the calls that are made anyway. */
export function createStoreHealth(
  clock: Clock,
  onStatus: (status: StoreStatus) => void,
): StoreHealth {
  let status: StoreStatus = { up: true, since: clock.now(), error: null }
  let steadyAt = 0

  function change(error: string | null): void {
    if (status.up === (error === null)) return
    status = { up: error === null, since: clock.now(), error }
    onStatus(status)
  }

  return {
    status: () => status,
    ok() {
      if (clock.monotonic() >= steadyAt) change(null)
    },
    failed: error => change(error),
    refused(error) {
      steadyAt = clock.monotonic() + steadyMs
      change(error)
    },
  }
}
