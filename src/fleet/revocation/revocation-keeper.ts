import type { Clock } from '../../clock.ts'
import type { Revocation, RevocationKind } from '../../identity/revocation.ts'
import type { WriteAudit } from '../stores/audit-note.ts'
import type { RevocationRecord, Store } from '../stores/store.ts'
import {
  createHeldRevocations,
  type Held,
  type NumberedRevocation,
  type RevocationRules,
} from './held-revocations.ts'
import {
  faultInWords,
  fieldsOf,
  type ReadRevocation,
  type RevocationFault,
  readRevocation,
} from './read-revocation.ts'
import { createRevocationFeed } from './revocation-feed.ts'
import { revokedInWords, valueShown } from './revocation-in-words.ts'

/** What a person, or a service in a person's place, asks for. */
export interface RevocationRequest {
  /** Flat name/value pairs, see `readRevocation`. */
  readonly fields: readonly string[]
  readonly who: string
  readonly why: string
}

export type RevocationRefusal =
  | 'bad-request' // a field is wrong, or no token that it names could still be valid
  | 'revocations-full' // as many are held as there may be, and each may still be needed
  | 'store-down' // nobody could write it down: in force, but not after a restart

export type RevocationAnswer =
  | {
      readonly done: true
      readonly revocation: Revocation
      /** `down`: only this machine knows so far; the others hear of it when the store is back. */
      readonly shared: 'agreed' | 'down' | 'none'
      readonly text: string
    }
  | { readonly done: false; readonly refusal: RevocationRefusal; readonly text: string }

/** How full it is. */
export interface RevocationsStatus {
  readonly entries: number
  readonly limit: number
  /** Whether the shared store has some that there is no room for: they are not in force here. */
  readonly waiting: boolean
}

export interface RevocationKeeperDeps {
  readonly local: Store
  /** Null: this machine is alone. */
  readonly shared: Store | null
  readonly rules: RevocationRules
  readonly clock: Clock
  readonly maxEntries: number
  readonly maxTokenLifetimeSeconds: number
  /** Tells every worker of this machine; must neither wait nor throw. */
  readonly broadcast: (revocations: readonly Revocation[]) => void
  /** Hears of records of a store that are left out. */
  readonly onBad: (fault: RevocationFault, id: string, store: Store['kind']) => void
  /** Hears when some begin to wait for room, and when none does any more. */
  readonly onWaiting: (waiting: boolean) => void
  readonly audit: WriteAudit
}

/** Milliseconds between two looks for what has ended. */
const pruneMs = 60_000

/**
 * Keeps what is revoked, and keeps it the same everywhere: first the workers, then this machine's
 * disk, then the other machines. What is revoked is in force here before anybody else is asked.
 */
export function createRevocationKeeper(deps: RevocationKeeperDeps) {
  const { local, shared, clock, maxTokenLifetimeSeconds } = deps
  const held = createHeldRevocations(deps.rules)
  let isWaiting = false
  const stopPruning = clock.every(pruneMs, () => held.prune(clock.now()))

  const fromHere = feedOf(local, {
    // They had room when they came. What is in force does not end because of a setting.
    hold: each => held.hold(each, Number.POSITIVE_INFINITY, clock.now()),
    onNews: deps.broadcast,
    onWaiting: () => {},
  })
  const fromOthers =
    shared === null
      ? null
      : feedOf(shared, {
          hold,
          onNews(news) {
            deps.broadcast(news)
            // A restart without the shared store must know of them.
            local.addRevocations(news.map(fieldsOf)).catch(fromHere.compareSoon)
          },
          onWaiting: wait,
        })

  function feedOf(
    store: Store,
    own: Pick<Parameters<typeof createRevocationFeed>[0], 'hold' | 'onNews' | 'onWaiting'>,
  ) {
    return createRevocationFeed({
      ...own,
      store,
      clock,
      rules: deps.rules,
      read,
      held: held.all,
      onBad: (fault, id) => deps.onBad(fault, id, store.kind),
    })
  }

  function read({ fields, at }: Pick<RevocationRecord, 'fields' | 'at'>): ReadRevocation {
    return readRevocation(fields, { writtenAt: at, now: clock.now(), maxTokenLifetimeSeconds })
  }

  function hold(revocation: Revocation): Held {
    return held.hold(revocation, deps.maxEntries, clock.now())
  }

  function wait(waiting: boolean): void {
    if (waiting === isWaiting) return
    isWaiting = waiting
    deps.onWaiting(waiting)
  }

  /** Where it was written down. */
  async function writeDown(revocation: Revocation, { who, why }: RevocationRequest) {
    const record = [[...fieldsOf(revocation), 'who', who, 'why', why]]
    const [here, there] = await Promise.allSettled([
      local.addRevocations(record),
      shared?.addRevocations(record),
    ])
    if (here.status === 'rejected') fromHere.compareSoon()
    if (there.status === 'rejected') fromOthers?.compareSoon()
    return {
      here: here.status === 'fulfilled',
      shared: shared === null ? 'none' : there.status === 'fulfilled' ? 'agreed' : 'down',
    } as const
  }

  return {
    /**
     * Loads what was kept, and what the others know, as far as they can be reached. Throws where this
     * machine's own store cannot be read: what is revoked must stay so.
     */
    async start(): Promise<void> {
      if (!(await fromHere.start())) {
        throw new Error(
          `Cannot start: what is revoked must be readable, received ${local.status().error}`,
        )
      }
      await fromOthers?.start()
    },

    /** In force on this machine before anything is waited for; never rejects. */
    async revoke(request: RevocationRequest): Promise<RevocationAnswer> {
      const { who, why } = request
      const found = read({ fields: request.fields, at: clock.now() })
      if (!found.ok) return refused('bad-request', faultInWords(found.fault))
      const { revocation } = found
      if (revocation.until * 1000 <= clock.now()) {
        return refused('bad-request', endedInWords(revocation, maxTokenLifetimeSeconds))
      }
      const outcome = hold(revocation)
      if (outcome === 'full') {
        return refused(
          'revocations-full',
          `Cannot revoke: revocation.maxEntries in switchback.yaml must be more than the ${held.size()} that are in force, received ${deps.maxEntries}`,
        )
      }
      if (outcome === 'news') deps.broadcast([revocation])
      const written = await writeDown(revocation, request)
      const text = revokedInWords(who, revocation)
      const { kind, issuer, before, until } = revocation
      const evidence = { kind, value: valueShown(revocation.value), issuer, before, until }
      deps.audit({ event: 'token-revoked', who, subject: null, why: `${text}: ${why}`, evidence })
      if (!written.here && written.shared !== 'agreed') {
        return refused(
          'store-down',
          `${text}, but only until this gateway ends: no store could write it down`,
        )
      }
      const alone =
        written.shared === 'down' ? '. The shared store is down: so far on this machine only' : ''
      return { done: true, revocation, shared: written.shared, text: `${text}${alone}` }
    },

    /** All that is in force: what a new worker must know. */
    revocations: held.all,
    counts: (): ReadonlyMap<RevocationKind, number> => held.counts(),
    /** Those numbered above `after`, oldest first. */
    page: (after: number, limit: number): readonly NumberedRevocation[] => held.page(after, limit),
    status: (): RevocationsStatus => ({
      entries: held.size(),
      limit: deps.maxEntries,
      waiting: isWaiting,
    }),
    async close(): Promise<void> {
      stopPruning()
      await Promise.all([fromHere.close(), fromOthers?.close()])
    },
  }
}

export type RevocationKeeper = ReturnType<typeof createRevocationKeeper>

function refused(refusal: RevocationRefusal, text: string): RevocationAnswer {
  return { done: false, refusal, text }
}

/** What could be valid no longer need not be revoked; or its time was written wrong. */
function endedInWords({ before, until }: Revocation, lifetime: number): string {
  return before === null
    ? `Cannot revoke: until must be ahead, received ${until}`
    : `Cannot revoke: before must be no older than revocation.maxTokenLifetimeSeconds (${lifetime}), received ${before}`
}
