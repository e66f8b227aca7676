import { closeSync, fsyncSync, mkdirSync, openSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'

/** Tells our file from any other SQLite file: "Swbk". */
const applicationId = 0x5377626b

/** Grows with every change of the tables that a gateway of before could not live with. */
const schemaVersion = 2

/** Milliseconds to wait for another process that is writing; the whole process waits. */
const busyMs = 500

const tables = `
  CREATE TABLE latch (
    flag TEXT PRIMARY KEY, version INTEGER NOT NULL, tripped INTEGER NOT NULL, since REAL NOT NULL,
    by TEXT NOT NULL, state TEXT NOT NULL
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE audit (seq INTEGER PRIMARY KEY, hash TEXT NOT NULL, record TEXT NOT NULL) STRICT;
  CREATE TABLE lease (name TEXT PRIMARY KEY, holder TEXT NOT NULL, until REAL NOT NULL)
    STRICT, WITHOUT ROWID;
  CREATE TABLE memory (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;
  CREATE TABLE notice (
    subject TEXT NOT NULL, holder TEXT NOT NULL, text TEXT NOT NULL, until REAL NOT NULL,
    PRIMARY KEY (subject, holder)
  ) STRICT;
  PRAGMA application_id = ${applicationId};
  PRAGMA user_version = ${schemaVersion};
`

/** Came later, and is made in files that are there already; an older gateway leaves it alone. */
const laterTables = `
  CREATE TABLE IF NOT EXISTS revocation (
    seq INTEGER PRIMARY KEY AUTOINCREMENT, at REAL NOT NULL, fields TEXT NOT NULL
  ) STRICT;
  CREATE TABLE IF NOT EXISTS experiment_user (
    run TEXT NOT NULL, part INTEGER NOT NULL, user TEXT NOT NULL, variant TEXT NOT NULL,
    first_at REAL NOT NULL, counted INTEGER NOT NULL, sum REAL NOT NULL, crossed INTEGER NOT NULL,
    stratum TEXT NOT NULL, PRIMARY KEY (run, part, user)
  ) STRICT, WITHOUT ROWID;
`

/**
 * Opens `state.db` in `dir`, made when it does not exist. What is there already and cannot be used is
 * left as it is: an error says so, since a fresh file in its place would forget that V2 is off.
 */
export function openStateFile(dir: string): DatabaseSync {
  makeDirectory(dir)
  const path = stateFile(dir)
  let db: DatabaseSync | null = null
  try {
    db = new DatabaseSync(path, { timeout: busyMs })
    prepare(db, path)
    return db
  } catch (cause) {
    if (db?.isOpen) db.close()
    if (cause instanceof StoreUnusable) throw cause
    throw unusable('a directory with a state.db that can be read and written', path, cause)
  }
}

/**
 * Throws once another file, or none, is where the opened one was. SQLite would go on to write what
 * nobody finds again after a restart.
 */
export function watchStateFile(dir: string): () => void {
  const path = stateFile(dir)
  const opened = statSync(path)
  return () => {
    const found = statSync(path, { throwIfNoEntry: false })
    if (found?.ino === opened.ino && found.dev === opened.dev) return
    throw new Error(`the file was ${found === undefined ? 'removed' : 'replaced'} while in use`)
  }
}

function stateFile(dir: string): string {
  return join(dir, 'state.db')
}

function prepare(db: DatabaseSync, path: string): void {
  // Before anything is written: another program's file stays as it is.
  isFresh(db, path)
  // A commit is one write and one fsync of the log, and the log's directory entry is synced as well:
  // nothing that returned is lost by kill -9 or by loss of power.
  db.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; BEGIN IMMEDIATE')
  try {
    // Again, since another process may have made the tables in between.
    if (isFresh(db, path)) db.exec(tables)
    db.exec(laterTables)
    db.exec('COMMIT')
  } catch (error) {
    if (db.isTransaction) db.exec('ROLLBACK')
    throw error
  }
  const found = single(db, 'PRAGMA quick_check(1)')
  if (found !== 'ok') throw unusable('a directory with an intact state.db', path, found)
}

/** Whether nothing was ever written to the file; throws when it is not ours. */
function isFresh(db: DatabaseSync, path: string): boolean {
  const id = single(db, 'PRAGMA application_id')
  const version = single(db, 'PRAGMA user_version')
  if (id === 0 && version === 0 && single(db, 'SELECT count(*) FROM sqlite_schema') === 0) {
    return true
  }
  if (id !== applicationId) {
    throw unusable("a directory without another program's state.db", path)
  }
  if (version !== schemaVersion) {
    const rule = `a directory with a state.db of version ${schemaVersion}`
    throw unusable(rule, path, `version ${version}`)
  }
  return false
}

function single(db: DatabaseSync, sql: string): unknown {
  return Object.values(db.prepare(sql).get() ?? {})[0]
}

/** The directory's own entry has to survive loss of power, too. */
function makeDirectory(dir: string): void {
  try {
    const made = mkdirSync(dir, { recursive: true, mode: 0o700 })
    if (made === undefined) return
    const parent = openSync(dirname(made), 'r')
    fsyncSync(parent)
    closeSync(parent)
  } catch (cause) {
    throw unusable('a directory that can be made and written', dir, cause)
  }
}

/** Never comes from a store that is open already; for the operator at the start. */
class StoreUnusable extends Error {
  override readonly name = 'StoreUnusable'
}

function unusable(rule: string, received: string, why?: unknown): StoreUnusable {
  const reason = why === undefined ? '' : `: ${why instanceof Error ? why.message : why}`
  return new StoreUnusable(
    `Cannot open the store: store.dir in switchback.yaml must be ${rule}, received ${received}${reason}`,
    { cause: why },
  )
}
