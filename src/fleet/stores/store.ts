import type { DeedFate, UserDeed, UserRow } from '../../experiment/user.ts'
import type { LatchState } from '../../guard/latch-state.ts'
import type { Counts } from '../../guard/observation.ts'

/** Something that happened, before it is written down. Everything in it is plain JSON. */
export interface AuditEntry {
  /** What: a word from a closed list. */
  readonly event:
    | 'config-applied'
    | 'latch-tripped'
    | 'latch-resumed'
    | 'latch-learned'
    | 'latch-settled'
    | 'drill'
    | 'unleash-turned-off'
    | 'unleash-turned-on'
    | 'unleash-failed'
    | 'webhook-delivered'
    | 'webhook-failed'
    | 'v1-validated'
    | 'store-lost'
    | 'store-back'
    | 'worker-died'
    | 'difference-acknowledged'
    | 'difference-counted-again'
    | 'differences-forgotten'
    | 'security-event'
    | 'token-revoked'
    | 'rollout-stage-begun'
    | 'rollout-moved-by-hand'
    | 'rollout-move-lost'
    | 'rollout-promoted'
    | 'rollout-word'
    | 'experiment-begun'
    | 'experiment-verdict'
  /** Wall-clock milliseconds. */
  readonly at: number
  /** A person, or the machine itself. */
  readonly who: string
  readonly machine: string
  /** Name of the flag or route it is about; null for the whole gateway. */
  readonly subject: string | null
  /** Why, in a sentence. */
  readonly why: string
  readonly evidence: object | null
  readonly configVersion: string
}

/** An entry as written: its place in the chain and what proves that nothing before it was changed. */
export interface AuditRecord extends AuditEntry {
  /** 1, 2, 3 … without gaps; a store drops its oldest records, and goes on counting. */
  readonly seq: number
  /** `hash` of the record before, 64 zeros for the first. */
  readonly previous: string
  /** SHA-256 in hex over the canonical JSON of the rest of the record. */
  readonly hash: string
}

/** What was written down of a revocation, by a gateway or, in Redis, by whoever ends sessions. */
export interface RevocationRecord {
  /** Its place in the log. */
  readonly id: string
  /** Wall-clock milliseconds at which it was added, by the store's clock. */
  readonly at: number
  /** Flat name/value pairs, as written: see fleet/revocation/read-revocation.ts. */
  readonly fields: readonly string[]
}

/**
 * What must outlive a process or be known to all machines. Two twins behind one contract: a SQLite
 * file of this machine, and Redis for a fleet. Every method but `close` rejects with `StoreDown` within
 * the store's own time limit when the store cannot be reached; none ever waits longer.
 */
export interface Store {
  readonly kind: 'embedded' | 'redis'
  /** Whether calls get through and none was refused of late, since when (wall-clock milliseconds), and why not. */
  status(): StoreStatus
  /** Every latch that was ever changed. */
  latches(): Promise<readonly LatchState[]>
  /**
   * Writes a state unless another prevails, atomically; resolves with the one in force then. On disk
   * (or acknowledged) before it resolves; the embedded store has it on disk before it returns.
   */
  putLatch(state: LatchState): Promise<LatchState>
  /** Hears of latches that others put; never of its own. Messages may be lost: poll `latches` too. */
  onLatch(listener: (state: LatchState) => void): () => void
  /** Appends to the hash chain. */
  appendAudit(entry: AuditEntry): Promise<AuditRecord>
  /** Records with `seq` above `after`, oldest first. */
  readAudit(after: number, limit: number): Promise<readonly AuditRecord[]>
  /** The last records with `seq` below `before`, or the newest of all for null; oldest first. */
  readAuditBefore(before: number | null, limit: number): Promise<readonly AuditRecord[]>
  /** Takes or renews a lease; false while another holder has it. It ends by itself after `ttlMs`. */
  acquireLease(name: string, holder: string, ttlMs: number): Promise<boolean>
  /** Gives a lease back; no effect on another's. */
  releaseLease(name: string, holder: string): Promise<void>
  /** Adds to the bucket that is open now; the store's own clock says which, in steps of 250 ms. */
  addCounts(counts: Counts): Promise<void>
  /**
   * The sums over all machines of the buckets that were closed since the last call of this process,
   * oldest first. The first call gives none; buckets older than 10 s are gone.
   */
  takeCounts(): Promise<readonly Counts[]>
  /** Remembers a small fact, such as what was announced. */
  remember(key: string, value: string): Promise<void>
  recall(key: string): Promise<string | null>
  /**
   * Puts down what one holder (a machine, a worker, a person's decision) has to say on a subject, in the
   * place of what it said before. It is forgotten after `keepMs` without a word. Text up to 1 MiB.
   */
  putNotice(subject: string, holder: string, text: string, keepMs: number): Promise<void>
  /** What all holders have to say on a subject now, by holder. */
  notices(subject: string): Promise<ReadonlyMap<string, string>>
  /**
   * Adds to the log of revocations, all of them or none; on disk (or acknowledged) before it resolves.
   * Each is flat name/value pairs; a thousand in one call are not too many.
   */
  addRevocations(records: readonly (readonly string[])[]): Promise<void>
  /** Those behind the record `after`, which may be gone by now; null for all. In the order of the log. */
  readRevocations(after: string | null, limit: number): Promise<readonly RevocationRecord[]>
  /** Takes records out of the log that say nothing any more; no effect where they are gone. */
  dropRevocations(ids: readonly string[]): Promise<void>
  /** Hears that somebody added some. Messages may be lost, and a login service sends none: read, too. */
  onRevocations(listener: () => void): () => void
  /**
   * Adds to what is known of the users of a run of an experiment, and says what became of each deed, in
   * their order; all of them or none. A thousand in one call are not too many.
   */
  addDeeds(run: string, windowMs: number, deeds: readonly UserDeed[]): Promise<readonly DeedFate[]>
  /** The users of one part of a run. */
  usersOf(run: string, part: number): Promise<readonly UserRow[]>
  /** Forgets the users of a run, which has so many parts. */
  dropUsers(run: string, parts: number): Promise<void>
  close(): Promise<void>
}

export interface StoreStatus {
  readonly up: boolean
  readonly since: number
  readonly error: string | null
}
