import type { DatabaseSync } from 'node:sqlite'
import type { DeedFate, UserDeed, UserRow } from '../../experiment/user.ts'
import { addDeed } from './add-deed.ts'
import { inOneCommit } from './in-one-commit.ts'

/** What is known of the users of experiments, a row for each. */
export function createEmbeddedUsers(db: DatabaseSync) {
  const one = db.prepare('SELECT * FROM experiment_user WHERE run = ? AND part = ? AND user = ?')
  const all = db.prepare('SELECT * FROM experiment_user WHERE run = ? AND part = ?')
  const write = db.prepare(
    'INSERT OR REPLACE INTO experiment_user VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)',
  )
  const drop = db.prepare('DELETE FROM experiment_user WHERE run = ?')

  function addOne(run: string, windowMs: number, deed: UserDeed): DeedFate {
    const { part, user } = deed
    const found = one.get(run, part, user)
    const before = found === undefined ? null : rowOf(found)
    const { fate, row } = addDeed(before, deed, windowMs)
    if (row !== null && row !== before) {
      const { variant, firstAt, values, sum, crossed, stratum } = row
      write.run(run, part, user, variant, firstAt, values, sum, crossed ? 1 : 0, stratum)
    }
    return fate
  }

  return {
    /**
     * All of them in one commit, which waits for no disk: a loss of power may take the last of what users
     * did, and leaves the rest as it was.
     */
    add(run: string, windowMs: number, deeds: readonly UserDeed[]): DeedFate[] {
      db.exec('PRAGMA synchronous = NORMAL')
      try {
        return inOneCommit(db, () => deeds.map(deed => addOne(run, windowMs, deed)))
      } finally {
        db.exec('PRAGMA synchronous = FULL')
      }
    },
    of: (run: string, part: number): UserRow[] => all.all(run, part).map(rowOf),
    drop: (run: string): void => void drop.run(run),
  }
}

function rowOf(found: Record<string, unknown>): UserRow {
  return {
    variant: found.variant === 'v2' ? 'v2' : 'v1',
    firstAt: Number(found.first_at),
    values: Number(found.counted),
    sum: Number(found.sum),
    crossed: found.crossed === 1,
    stratum: String(found.stratum),
  }
}
