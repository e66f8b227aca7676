import { openHistoryFile } from '../fleet/stores/history-file.ts'
import type { Mark } from '../history/marks.ts'
import type { SlotOf } from '../history/slots.ts'
import { keptSteps } from '../history/span.ts'
import type { Logger } from '../telemetry/log.ts'

/** Slots of this length and above are written when they end, and those below with them: once a minute. */
const writtenFromMs = 60_000

/** Slots that wait for the next minute at most, should the clock go wild. */
const mostWaiting = 100

/**
 * The history of this machine over restarts. Where its file cannot be read or written the gateway goes
 * on without, and says so: what V1 and V2 did is worth less than that they are served.
 */
export function createKeptHistory(dir: string, log: Logger) {
  let slots: SlotOf[] = []
  let marks: Mark[] = []
  const file = attempt(() => openHistoryFile(dir, keptSteps))
  const before = attempt(() => file?.read())

  function attempt<T>(work: () => T): T | undefined {
    try {
      return work()
    } catch (error) {
      log.warn({ err: error, dir }, 'how V1 and V2 did is not kept over a restart')
      return undefined
    }
  }

  function write(now: number): void {
    const written = { slots, marks }
    slots = []
    marks = []
    attempt(() => file?.write(written, now))
  }

  return {
    /** What was kept of the time before. */
    before: before ?? { slots: [], marks: [] },
    marked: (mark: Mark): void => void marks.push(mark),
    ended(over: readonly SlotOf[], now: number): void {
      slots = [...slots, ...over].slice(-mostWaiting)
      if (over.some(({ stepMs }) => stepMs >= writtenFromMs)) write(now)
    },
    /** Writes what waits, and the slots that run. */
    close(running: readonly SlotOf[], now: number): void {
      slots.push(...running)
      write(now)
      attempt(() => file?.close())
    },
  }
}
