import type { Store } from './store.ts'

/** Small facts that a restart, and another machine, must not forget. */
export interface FleetMemory {
  remember(key: string, value: string): Promise<void>
  recall(key: string): Promise<string | null>
}

/**
 * Remembers here and in the shared store. A store that is down is left out: what is forgotten then
 * may be done twice, so whatever is done must bear that.
 */
export function createFleetMemory(local: Store, shared: Store | null): FleetMemory {
  const stores = shared === null ? [local] : [local, shared]
  return {
    async remember(key, value) {
      await Promise.allSettled(stores.map(store => store.remember(key, value)))
    },
    async recall(key) {
      for (const store of stores) {
        const value = await store.recall(key).catch(() => null)
        if (value !== null) return value
      }
      return null
    },
  }
}
