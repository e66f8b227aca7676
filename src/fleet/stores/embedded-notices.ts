import type { DatabaseSync } from 'node:sqlite'
import type { Clock } from '../../clock.ts'

const put = `
  INSERT INTO notice (subject, holder, text, until) VALUES (?, ?, ?, ?)
  ON CONFLICT DO UPDATE SET text = excluded.text, until = excluded.until`

/** What holders have to say on subjects, until it is too old. */
export function createEmbeddedNotices(db: DatabaseSync, clock: Clock) {
  const write = db.prepare(put)
  const forget = db.prepare('DELETE FROM notice WHERE until <= ?')
  const read = db.prepare('SELECT holder, text FROM notice WHERE subject = ? AND until > ?')

  return {
    put(subject: string, holder: string, text: string, keepMs: number): void {
      const now = clock.now()
      forget.run(now)
      write.run(subject, holder, text, now + keepMs)
    },
    of(subject: string): ReadonlyMap<string, string> {
      const rows = read.all(subject, clock.now())
      return new Map(rows.map(({ holder, text }) => [String(holder), String(text)]))
    },
  }
}
