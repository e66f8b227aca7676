import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import type { Mark } from '../../history/marks.ts'
import type { Slot, SlotOf, SlotRule } from '../../history/slots.ts'
import { inOneCommit } from './in-one-commit.ts'

/** Grows with every change of the tables, of how sums are packed, and of the steps of latency. */
const version = 1

/** Milliseconds to wait for another process that is writing: the event loop waits, and nobody misses a history. */
const busyMs = 20

const tables = `
  DROP TABLE IF EXISTS slot;
  DROP TABLE IF EXISTS mark;
  CREATE TABLE slot (
    step_ms INTEGER NOT NULL, number INTEGER NOT NULL, covered_ms REAL NOT NULL, sums TEXT NOT NULL,
    PRIMARY KEY (step_ms, number)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE mark (
    at REAL NOT NULL, flag TEXT NOT NULL, kind TEXT NOT NULL, text TEXT NOT NULL,
    PRIMARY KEY (at, flag, kind)
  ) STRICT, WITHOUT ROWID;
  PRAGMA user_version = ${version};
`

/** What was kept before, oldest first. */
export interface KeptHistory {
  readonly slots: readonly SlotOf[]
  readonly marks: readonly Mark[]
}

/**
 * The history of this machine in `history.db`, beside the store's own file and apart from it: it may be
 * lost, so that nothing waits for the disk. After a loss of power the last minutes may be missing.
 * `keeping` is how long slots stay in it. Throws where the file cannot be used; one of another version begins anew.
 */
export function openHistoryFile(dir: string, keeping: readonly SlotRule[]) {
  const db = new DatabaseSync(join(dir, 'history.db'), { timeout: busyMs })
  try {
    db.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL')
    const known = db.prepare('PRAGMA user_version').get()?.user_version
    if (known !== version) inOneCommit(db, () => db.exec(tables))
  } catch (error) {
    db.close()
    throw error
  }
  const putSlot = db.prepare('INSERT OR REPLACE INTO slot VALUES (?, ?, ?, ?)')
  const dropSlots = db.prepare('DELETE FROM slot WHERE step_ms = ? AND number < ?')
  const putMark = db.prepare('INSERT OR REPLACE INTO mark VALUES (?, ?, ?, ?)')
  const dropMarks = db.prepare('DELETE FROM mark WHERE at < ?')
  const longestMs = Math.max(...keeping.map(({ keptMs }) => keptMs))

  return {
    read(): KeptHistory {
      const slots = db.prepare('SELECT * FROM slot ORDER BY step_ms, number').all()
      const marks = db.prepare('SELECT * FROM mark ORDER BY at').all()
      return {
        slots: slots.map(row => ({
          stepMs: Number(row.step_ms),
          slot: {
            number: Number(row.number),
            coveredMs: Number(row.covered_ms),
            packed: readSums(String(row.sums)),
          },
        })),
        marks: marks.map(row => ({
          at: Number(row.at),
          flag: String(row.flag),
          kind: String(row.kind) as Mark['kind'],
          text: String(row.text),
        })),
      }
    },
    /** Writes these in the place of what was known of the same, and drops what is too old by now. */
    write({ slots, marks }: KeptHistory, now: number): void {
      inOneCommit(db, () => {
        for (const { stepMs, slot } of slots) {
          putSlot.run(stepMs, slot.number, slot.coveredMs, writeSums(slot.packed))
        }
        for (const { at, flag, kind, text } of marks) putMark.run(at, flag, kind, text)
        for (const { stepMs, keptMs } of keeping) {
          dropSlots.run(stepMs, Math.floor((now - keptMs) / stepMs))
        }
        dropMarks.run(now - longestMs)
      })
    },
    close: (): void => db.close(),
  }
}

export type HistoryFile = ReturnType<typeof openHistoryFile>

function writeSums(packed: Slot['packed']): string {
  return JSON.stringify(
    [...packed].map(([key, bytes]) => [key, Buffer.from(bytes).toString('base64')]),
  )
}

function readSums(text: string): Slot['packed'] {
  const pairs = JSON.parse(text) as readonly (readonly [string, string])[]
  return new Map(pairs.map(([key, bytes]) => [key, Buffer.from(bytes, 'base64')]))
}
