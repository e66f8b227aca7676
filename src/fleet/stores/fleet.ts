import type { Clock } from '../../clock.ts'
import type { Counts } from '../../guard/observation.ts'
import { type ChainVerdict, type Link, verifyChain } from './audit-chain.ts'
import { createAuditShipping } from './audit-shipping.ts'
import type { AuditEntry, AuditRecord, Store, StoreStatus } from './store.ts'

/** Records read at a time to verify them. */
const pageSize = 1000

/** Something that was found, and the store that knew it. */
export interface From<T> {
  readonly from: Store['kind']
  readonly found: T
}

export interface FleetOptions {
  readonly local: Store
  /** Null: this machine is alone. */
  readonly shared: Store | null
  readonly clock: Clock
}

export type Fleet = ReturnType<typeof createFleet>

/**
 * The two stores as one: what must not be lost goes to this machine's own first, what all must agree
 * on is asked of the shared one, and while that is down each machine is on its own. Latches are not
 * here: they have their keeper.
 */
export function createFleet({ local, shared, clock }: FleetOptions) {
  const shipping = shared === null ? null : createAuditShipping(local, shared, clock)

  /** Asks the shared store, and the local one where that cannot be reached. */
  async function ask<T>(question: (store: Store) => Promise<T>): Promise<From<T>> {
    if (shared !== null) {
      try {
        return { from: shared.kind, found: await question(shared) }
      } catch {
        // The shared store's status says why.
      }
    }
    return { from: local.kind, found: await question(local) }
  }

  return {
    /** Null for a machine that is alone. */
    sharedStatus: (): StoreStatus | null => shared?.status() ?? null,
    localStatus: (): StoreStatus => local.status(),

    /** On this machine's disk when it returns; sent to the others as soon as they can be reached. */
    async appendAudit(entry: AuditEntry): Promise<AuditRecord> {
      const written = local.appendAudit(entry)
      // Not waited for. A disk that is full should not silence the machine among the others.
      written.then(
        () => shipping?.ship(),
        () => shared?.appendAudit(entry).catch(() => {}),
      )
      return written
    },
    /** All machines' records where the shared store is up, otherwise those of this one. */
    readAudit: (after: number, limit: number): Promise<From<readonly AuditRecord[]>> =>
      ask(store => store.readAudit(after, limit)),
    readAuditBefore: (
      before: number | null,
      limit: number,
    ): Promise<From<readonly AuditRecord[]>> => ask(store => store.readAuditBefore(before, limit)),
    /** Reads the whole chain of the store that `readAudit` would read. */
    verifyAudit: (): Promise<From<ChainVerdict>> => ask(verifyStored),

    /** Whether the caller may do what only one may: of all machines, or of this one's processes. */
    acquireLease: (name: string, holder: string, ttlMs: number): Promise<From<boolean>> =>
      ask(store => store.acquireLease(name, holder, ttlMs)),
    async releaseLease(name: string, holder: string): Promise<void> {
      await Promise.allSettled([
        local.releaseLease(name, holder),
        shared?.releaseLease(name, holder),
      ])
    },

    /**
     * Gives this machine's counts and takes those of all, in one round trip: the sums of each bucket
     * that was closed since the last call. Null while there is no shared store: judge your own.
     */
    async exchangeCounts(counts: Counts): Promise<readonly Counts[] | null> {
      if (shared === null) return null
      const [added, taken] = await Promise.allSettled([
        shared.addCounts(counts),
        shared.takeCounts(),
      ])
      return added.status === 'fulfilled' && taken.status === 'fulfilled' ? taken.value : null
    },

    close: async (): Promise<void> => shipping?.close(),
  }
}

async function verifyStored(store: Store): Promise<ChainVerdict> {
  let from: number | null = null
  let before: Link | undefined
  for (;;) {
    const page = await store.readAudit(before?.seq ?? 0, pageSize)
    const verdict = verifyChain(page, before === undefined ? {} : { before })
    if (!verdict.ok) return verdict
    from ??= verdict.from
    if (page.length < pageSize) return { ok: true, from, head: verdict.head }
    before = verdict.head
  }
}
