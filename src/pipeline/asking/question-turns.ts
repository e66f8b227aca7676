import type { Clock } from '../../clock.ts'

/** Milliseconds that an answer takes of the event loop at one go, which is what clients wait for it. */
const sliceMs = 2

/** Milliseconds from the question on after which whoever asked has gone: the primary waits for a second. */
export const patienceMs = 900

/** Lets clients in between two pieces of an answer; false where nobody waits for the rest any more. */
export type Breathe = () => Promise<boolean>

/**
 * Long answers of a worker, one after the other and each in slices: flags of many strategies and long
 * lists take seconds for some hundred callers, and clients must not wait for what an operator asks.
 */
export function createQuestionTurns(clock: Clock) {
  let last: Promise<unknown> = Promise.resolve()

  function breathing(until: number): Breathe {
    let sliceEnd = Number.NEGATIVE_INFINITY
    return async () => {
      if (clock.monotonic() >= sliceEnd) {
        await new Promise<void>(resolve => setImmediate(resolve))
        sliceEnd = clock.monotonic() + sliceMs
      }
      return clock.monotonic() < until
    }
  }

  return {
    /** Calls it when it is its turn; it is to breathe before each piece of its work. */
    take<T>(answer: (breathe: Breathe) => Promise<T>): Promise<T> {
      const breathe = breathing(clock.monotonic() + patienceMs)
      const answered = last.then(() => answer(breathe))
      last = answered.catch(() => {})
      return answered
    },
  }
}

export type QuestionTurns = ReturnType<typeof createQuestionTurns>
