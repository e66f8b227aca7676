import { setTimeout as wait } from 'node:timers/promises'
import type { AuditPage } from '../../admin/control-view.ts'
import type { SettledWorker } from '../../fleet/latch/settling-speed.ts'
import type { AuditRecord } from '../../fleet/stores/store.ts'
import type { LatchState } from '../../guard/latch-state.ts'
import type { AdminTarget } from '../admin-client.ts'
import { askOrThrow, DrillFault } from './ask-or-throw.ts'

/** What one machine wrote into the audit after the trip. */
export interface MachineSettled {
  readonly machine: string
  readonly workers: readonly SettledWorker[]
}

const pageSize = 1000
/** Milliseconds between two looks. */
const lookMs = 250
/** Milliseconds that this machine has to say so; it waits two seconds itself. */
const limitMs = 10_000
/** Milliseconds more for the others: one that missed the message polls, and then waits as long. */
const othersMs = 2500

/** Reads on in the audit, from its beginning at first. */
export function createAuditReader(target: AdminTarget) {
  let last = null as { readonly from: AuditPage['from']; readonly seq: number } | null

  return async function read(): Promise<readonly AuditRecord[]> {
    const found: AuditRecord[] = []
    for (;;) {
      const after = last?.seq ?? 0
      const path = `/audit?after=${after}&limit=${pageSize}`
      const { from, records } = await askOrThrow<AuditPage>(target, path)
      if (last !== null && last.from !== from) {
        // Another store answers than before, and numbers its records for itself.
        last = null
        continue
      }
      found.push(...records)
      last = { from, seq: records.at(-1)?.seq ?? after }
      if (records.length < pageSize) return found
    }
  }
}

export interface SettledOptions {
  readonly read: ReturnType<typeof createAuditReader>
  readonly trip: LatchState
  /** Whether other machines write into the same audit. */
  readonly isFleet: boolean
  readonly signal: AbortSignal
}

/** Waits until every machine has said how soon its workers stopped asking V2. */
export async function settledEvents(options: SettledOptions): Promise<readonly MachineSettled[]> {
  const { read, trip, isFleet, signal } = options
  const found = new Map<string, MachineSettled>()
  let leftMs = limitMs
  for (;;) {
    const isFirst = found.size === 0
    for (const { event, subject, machine, evidence } of await read()) {
      const { version, workers } = (evidence ?? {}) as Partial<SettledEvidence>
      if (event !== 'latch-settled' || subject !== trip.flag || version !== trip.version) continue
      // Two gateways of one host have one name, and one that reads again must not count twice.
      const pids = workers?.map(({ pid }) => pid)
      found.set(`${machine} ${pids}`, { machine, workers: workers ?? [] })
    }
    if (isFirst && found.size > 0) leftMs = isFleet ? othersMs : 0
    if (leftMs <= 0) break
    await wait(lookMs, undefined, { signal })
    leftMs -= lookMs
  }
  if (found.size > 0) return [...found.values()]
  throw new DrillFault(
    `Cannot tell how fast it was: the gateway must write that into the audit within ${limitMs / 1000} s, received nothing`,
  )
}

interface SettledEvidence {
  readonly version: number
  readonly workers: readonly SettledWorker[]
}
