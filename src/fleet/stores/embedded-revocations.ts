import type { DatabaseSync } from 'node:sqlite'
import type { Clock } from '../../clock.ts'
import { inOneCommit } from './in-one-commit.ts'
import type { RevocationRecord } from './store.ts'

/** Milliseconds between two looks at whether another process added some. */
const lookEveryMs = 250

/**
 * The log of revocations in the file. A number is never used twice, so whoever has read up to one
 * misses nothing. `attempt` makes a rejection of what a look at the file throws.
 */
export function createEmbeddedRevocations(
  db: DatabaseSync,
  clock: Clock,
  attempt: <T>(work: () => T) => Promise<T>,
) {
  const insert = db.prepare('INSERT INTO revocation (at, fields) VALUES (?, ?)')
  const page = db.prepare(
    'SELECT seq, at, fields FROM revocation WHERE seq > ? ORDER BY seq LIMIT ?',
  )
  const remove = db.prepare('DELETE FROM revocation WHERE seq = ?')
  const newest = db.prepare("SELECT seq FROM sqlite_sequence WHERE name = 'revocation'")

  const listeners = new Set<() => void>()
  let seen = newestNow()
  const stopLooking = clock.every(lookEveryMs, () => {
    // A look that failed is in the store's status, and the next one sees as much.
    if (listeners.size > 0) attempt(newestNow).then(tell, () => {})
  })

  function newestNow(): unknown {
    return newest.get()?.seq
  }

  function tell(now: unknown): void {
    if (now === seen) return
    seen = now
    for (const listener of listeners) listener()
  }

  return {
    add(records: readonly (readonly string[])[]): void {
      const at = clock.now()
      inOneCommit(db, () => {
        for (const fields of records) insert.run(at, JSON.stringify(fields))
      })
    },
    read(after: string | null, limit: number): RevocationRecord[] {
      return page.all(Number(after ?? 0), limit).map(({ seq, at, fields }) => {
        return { id: String(seq), at: Number(at), fields: JSON.parse(String(fields)) }
      })
    },
    drop(ids: readonly string[]): void {
      inOneCommit(db, () => {
        for (const id of ids) remove.run(Number(id))
      })
    },
    onAdded(listener: () => void): () => void {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    close: stopLooking,
  }
}
