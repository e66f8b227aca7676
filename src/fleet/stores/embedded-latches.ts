import type { DatabaseSync } from 'node:sqlite'
import type { Clock } from '../../clock.ts'
import type { LatchState } from '../../guard/latch-state.ts'
import { sortable } from './latch-order.ts'

/** Milliseconds between two looks at whether another process wrote to the file. */
const lookEveryMs = 250

/** The order of `prevailing` in guard/latch-state.ts, as one comparison; a test holds them together. */
const put = `
  INSERT INTO latch (flag, version, tripped, since, by, state) VALUES (?, ?, ?, ?, ?, ?)
  ON CONFLICT (flag) DO UPDATE SET version = excluded.version, tripped = excluded.tripped,
    since = excluded.since, by = excluded.by, state = excluded.state
  WHERE (excluded.version, excluded.tripped, latch.since, latch.by)
    > (latch.version, latch.tripped, excluded.since, excluded.by)`

/** The latches in the file. `attempt` makes a rejection of what a look at the file throws. */
export function createEmbeddedLatches(
  db: DatabaseSync,
  clock: Clock,
  attempt: <T>(work: () => T) => Promise<T>,
) {
  const putRow = db.prepare(put)
  const rowOf = db.prepare('SELECT state FROM latch WHERE flag = ?')
  const rows = db.prepare('SELECT flag, state FROM latch ORDER BY flag')
  /** Changes with every commit of another connection, and needs no look at the disk. */
  const dataVersion = db.prepare('PRAGMA data_version')

  const listeners = new Set<(state: LatchState) => void>()
  const known = new Map(texts())
  let seenVersion = versionNow()
  const stopLooking = clock.every(lookEveryMs, () => {
    // A look that failed is in the store's status, and the next one sees as much.
    if (listeners.size > 0) attempt(news).then(tell, () => {})
  })

  function texts(): [string, string][] {
    return rows.all().map(({ flag, state }) => [String(flag), String(state)])
  }

  function versionNow(): unknown {
    return dataVersion.get()?.data_version
  }

  function news(): LatchState[] {
    const version = versionNow()
    if (version === seenVersion) return []
    const changed = texts().filter(([flag, text]) => known.get(flag) !== text)
    seenVersion = version
    for (const [flag, text] of changed) known.set(flag, text)
    return changed.map(([, text]) => JSON.parse(text))
  }

  function tell(states: readonly LatchState[]): void {
    for (const state of states) for (const listener of listeners) listener(state)
  }

  return {
    all: (): LatchState[] => texts().map(([, text]) => JSON.parse(text)),
    put(state: LatchState): LatchState {
      const { flag, version, since, by } = state
      const text = JSON.stringify(state)
      const { changes } = putRow.run(
        flag,
        version,
        Number(state.state === 'tripped'),
        since,
        sortable(by),
        text,
      )
      if (changes === 0) return JSON.parse(String(rowOf.get(flag)?.state))
      known.set(flag, text)
      return state
    },
    onChange(listener: (state: LatchState) => void): () => void {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    close: stopLooking,
  }
}
