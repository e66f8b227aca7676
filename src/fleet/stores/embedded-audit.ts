import type { DatabaseSync } from 'node:sqlite'
import { chained, chainStart } from './audit-chain.ts'
import { inOneCommit } from './in-one-commit.ts'
import type { AuditEntry, AuditRecord } from './store.ts'

/** Records that the file keeps, about 60 MB; the oldest go first. */
export const keptRecords = 100_000

/** The hash chain in the file. */
export function createEmbeddedAudit(db: DatabaseSync, kept: number) {
  const newest = db.prepare('SELECT seq, hash FROM audit ORDER BY seq DESC LIMIT 1')
  const insert = db.prepare('INSERT INTO audit (seq, hash, record) VALUES (?, ?, ?)')
  const dropOld = db.prepare('DELETE FROM audit WHERE seq <= ?')
  const page = db.prepare('SELECT record FROM audit WHERE seq > ? ORDER BY seq LIMIT ?')
  const pageBefore = db.prepare('SELECT record FROM audit WHERE seq < ? ORDER BY seq DESC LIMIT ?')

  return {
    append(entry: AuditEntry): AuditRecord {
      // Another process must not append between our look at the newest record and our own.
      return inOneCommit(db, () => {
        const row = newest.get()
        const head =
          row === undefined ? chainStart : { seq: Number(row.seq), hash: String(row.hash) }
        const record = chained(head, entry)
        insert.run(record.seq, record.hash, JSON.stringify(record))
        dropOld.run(record.seq - kept)
        return record
      })
    },
    read(after: number, limit: number): AuditRecord[] {
      return page.all(after, limit).map(({ record }) => JSON.parse(String(record)))
    },
    readBefore(before: number | null, limit: number): AuditRecord[] {
      const rows = pageBefore.all(before ?? Number.MAX_SAFE_INTEGER, limit)
      return rows.map(({ record }) => JSON.parse(String(record))).reverse()
    },
  }
}
