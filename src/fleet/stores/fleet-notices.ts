import type { Store } from './store.ts'

/** Whether the other machines can know: not before the shared store is back for `down`, `none` without one. */
export type Shared = 'agreed' | 'down' | 'none'

/** What holders have to say, here and for all machines. */
export interface FleetNotices {
  /** Rejects where no store took it. */
  put(subject: string, holder: string, text: string, keepMs: number): Promise<Shared>
  /** What each store has, this machine's own first; null for one that cannot be read. */
  of(subject: string): Promise<readonly (ReadonlyMap<string, string> | null)[]>
}

/** Puts notices down in this machine's own store and in the shared one: either may be lost or begin empty. */
export function createFleetNotices(local: Store, shared: Store | null): FleetNotices {
  const stores = shared === null ? [local] : [local, shared]
  return {
    async put(...notice) {
      const put = await Promise.allSettled(stores.map(store => store.putNotice(...notice)))
      if (put.every(({ status }) => status === 'rejected'))
        throw (put[0] as PromiseRejectedResult).reason
      return shared === null ? 'none' : put[1]?.status === 'fulfilled' ? 'agreed' : 'down'
    },
    async of(subject) {
      const read = await Promise.allSettled(stores.map(store => store.notices(subject)))
      return read.map(each => (each.status === 'fulfilled' ? each.value : null))
    },
  }
}
