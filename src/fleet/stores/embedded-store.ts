import type { Clock } from '../../clock.ts'
import { createEmbeddedAudit, keptRecords } from './embedded-audit.ts'
import { openStateFile, watchStateFile } from './embedded-file.ts'
import { createEmbeddedLatches } from './embedded-latches.ts'
import { createEmbeddedNotices } from './embedded-notices.ts'
import { createEmbeddedRevocations } from './embedded-revocations.ts'
import { createEmbeddedUsers } from './embedded-users.ts'
import { createMemoryCounts } from './memory-counts.ts'
import type { Store, StoreStatus } from './store.ts'
import { StoreDown } from './store-down.ts'
import { createStoreHealth } from './store-health.ts'

export interface EmbeddedStoreOptions {
  /** Absolute path of a directory, made when it does not exist. */
  readonly dir: string
  readonly clock: Clock
  /** Hears when the store goes and when it comes back. */
  readonly onStatus?: (status: StoreStatus) => void
  /** Audit records that are kept. */
  readonly keptAudit?: number
}

const takeLease = `
  INSERT INTO lease (name, holder, until) VALUES (?, ?, ?)
  ON CONFLICT (name) DO UPDATE SET holder = excluded.holder, until = excluded.until
  WHERE lease.holder = excluded.holder OR lease.until <= ?`

/**
 * The store of one machine: a SQLite file, which several of its processes may have open. Throws at
 * once when the file cannot be used. A method has done its work on disk when it returns, before its
 * promise is looked at; counts alone are in memory and of this process.
 */
export function createEmbeddedStore(options: EmbeddedStoreOptions): Store {
  const { clock } = options
  const db = openStateFile(options.dir)
  const checkFile = watchStateFile(options.dir)
  const health = createStoreHealth(clock, options.onStatus ?? (() => {}))
  const latches = createEmbeddedLatches(db, clock, read)
  const audit = createEmbeddedAudit(db, options.keptAudit ?? keptRecords)
  const counts = createMemoryCounts(clock)
  const notices = createEmbeddedNotices(db, clock)
  const revocations = createEmbeddedRevocations(db, clock, read)
  const users = createEmbeddedUsers(db)
  const lease = db.prepare(takeLease)
  const endLease = db.prepare('DELETE FROM lease WHERE name = ? AND holder = ?')
  const keep = db.prepare(
    'INSERT INTO memory VALUES (?, ?) ON CONFLICT DO UPDATE SET value = excluded.value',
  )
  const kept = db.prepare('SELECT value FROM memory WHERE key = ?')

  /** Reads at once; what it throws becomes a rejection. That a file can be read does not say that it can be written. */
  function read<T>(work: () => T): Promise<T> {
    return attempt(work, () => {})
  }

  /** Writes, likewise. */
  function write<T>(work: () => T): Promise<T> {
    return attempt(work, health.ok)
  }

  async function attempt<T>(work: () => T, done: () => void): Promise<T> {
    if (!db.isOpen) throw new StoreDown('it is closed')
    try {
      checkFile()
      const result = work()
      done()
      return result
    } catch (cause) {
      const reason = `${options.dir}/state.db: ${(cause as Error).message}`
      if (isLocked(cause)) health.failed(reason)
      else health.refused(reason)
      throw new StoreDown(reason, cause)
    }
  }

  return {
    kind: 'embedded',
    status: health.status,
    latches: () => read(latches.all),
    putLatch: state => write(() => latches.put(state)),
    onLatch: latches.onChange,
    appendAudit: entry => write(() => audit.append(entry)),
    readAudit: (after, limit) => read(() => audit.read(after, limit)),
    readAuditBefore: (before, limit) => read(() => audit.readBefore(before, limit)),
    acquireLease: (name, holder, ttlMs) =>
      write(() => {
        const now = clock.now()
        return lease.run(name, holder, now + ttlMs, now).changes === 1
      }),
    releaseLease: (name, holder) => write(() => void endLease.run(name, holder)),
    addCounts: each => read(() => counts.add(each)),
    takeCounts: () => read(counts.take),
    remember: (key, value) => write(() => void keep.run(key, value)),
    recall: key =>
      read(() => {
        const value = kept.get(key)?.value
        return value === undefined ? null : String(value)
      }),
    putNotice: (subject, holder, text, keepMs) =>
      write(() => notices.put(subject, holder, text, keepMs)),
    notices: subject => read(() => notices.of(subject)),
    addRevocations: records => write(() => revocations.add(records)),
    readRevocations: (after, limit) => read(() => revocations.read(after, limit)),
    dropRevocations: ids => write(() => revocations.drop(ids)),
    onRevocations: revocations.onAdded,
    addDeeds: (run, windowMs, deeds) => write(() => users.add(run, windowMs, deeds)),
    usersOf: (run, part) => read(() => users.of(run, part)),
    dropUsers: run => write(() => users.drop(run)),
    async close() {
      latches.close()
      revocations.close()
      if (db.isOpen) db.close()
    },
  }
}

/** SQLITE_BUSY: another process writes, and will have done so soon. */
function isLocked(error: unknown): boolean {
  return (error as { readonly errcode?: number }).errcode === 5
}
