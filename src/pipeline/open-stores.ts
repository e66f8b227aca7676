import type { Clock } from '../clock.ts'
import type { ProcessConfig } from '../config/schema-process.ts'
import { createEmbeddedStore } from '../fleet/stores/embedded-store.ts'
import { createFleet } from '../fleet/stores/fleet.ts'
import { createLeader } from '../fleet/stores/leader.ts'
import { createRedisStore } from '../fleet/stores/redis-store.ts'
import type { StoreStatus } from '../fleet/stores/store.ts'

export interface StoresDeps {
  readonly process: Pick<ProcessConfig, 'store'>
  readonly clock: Clock
  /** Names this process among all that share a store. */
  readonly instanceId: string
  /** Hears when the shared store is lost, and when it is back. */
  readonly onShared: (status: StoreStatus) => void
}

/**
 * What this machine keeps, and what it shares with others: null where it is alone. Throws where its own
 * store cannot be opened.
 */
export function openStores({ process, clock, instanceId, onShared }: StoresDeps) {
  const { dir, redis, ...sharing } = process.store
  const local = createEmbeddedStore({ dir, clock })
  const shared =
    redis === undefined
      ? null
      : createRedisStore({ ...sharing, url: redis, clock, onStatus: onShared })
  const fleet = createFleet({ local, shared, clock })
  return {
    local,
    shared,
    fleet,
    leader: createLeader({ shared, clock, holder: instanceId }),
    /** The leader gives its lease back before: that needs the stores. */
    async close(): Promise<void> {
      await fleet.close()
      await Promise.all([local.close(), shared?.close()])
    },
  }
}

export type Stores = ReturnType<typeof openStores>
