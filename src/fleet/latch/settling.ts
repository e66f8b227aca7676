import { after, type Clock } from '../../clock.ts'
import type { LatchState } from '../../guard/latch-state.ts'
import type { Planes } from '../planes.ts'
import type { WriteAudit } from '../stores/audit-note.ts'
import { type Settled, settledInWords, settledWorkers, slowestOf } from './settling-speed.ts'

/** Milliseconds after a trip in which what was on its way to V2 has long begun. */
const settleMs = 2000

/** An older trip was learned of, at a start or from another machine, and not seen. */
const seenWithinMs = 30_000

export interface SettlingDeps {
  readonly clock: Clock
  /** Names this machine in the audit. */
  readonly machine: string
  readonly planes: () => Pick<Planes, 'status' | 'processes'>
  readonly audit: WriteAudit
  /** `ms`: from the trip to the last V2 request of any worker; null where one cannot say. */
  readonly onSettled: (settled: Settled, ms: number | null) => void
  readonly log: { warn(details: object, message: string): void }
}

/** Says after every trip, rehearsals too, how fast it was on this machine. */
export function createSettling(deps: SettlingDeps) {
  const { clock, machine, audit } = deps
  /** By flag, how to give up waiting: at most one for each. */
  const waiting = new Map<string, () => void>()

  async function settle(state: LatchState): Promise<void> {
    const { flag, version } = state
    try {
      const planes = deps.planes()
      const workers = settledWorkers(state, await planes.status(), planes.processes())
      const settled = { flag, version, workers }
      audit({
        event: 'latch-settled',
        who: machine,
        subject: flag,
        why: settledInWords(settled),
        evidence: { version, workers },
      })
      deps.onSettled(settled, slowestOf(workers))
    } catch (error) {
      deps.log.warn({ err: error, flag }, 'cannot say how fast the switch back was')
    }
  }

  return {
    /** Hears of every change of a latch, once it is in force here. */
    onChange(state: LatchState): void {
      const { flag, since } = state
      waiting.get(flag)?.()
      waiting.delete(flag)
      if (state.state === 'open' || clock.now() - since > seenWithinMs) return
      const cancel = after(clock, settleMs, () => {
        waiting.delete(flag)
        void settle(state)
      })
      waiting.set(flag, cancel)
    },
    close(): void {
      for (const cancel of waiting.values()) cancel()
      waiting.clear()
    },
  }
}

export type Settling = ReturnType<typeof createSettling>
