import type { DatabaseSync } from 'node:sqlite'

/**
 * Does the work in one commit: one write to disk, and all of it or nothing. Nobody else writes between
 * its reads and its writes. Throws what the work throws.
 */
export function inOneCommit<Result>(db: DatabaseSync, work: () => Result): Result {
  db.exec('BEGIN IMMEDIATE')
  try {
    const result = work()
    db.exec('COMMIT')
    return result
  } catch (error) {
    if (db.isTransaction) db.exec('ROLLBACK')
    throw error
  }
}
