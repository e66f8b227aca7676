import type { Clock } from '../../clock.ts'
import { nextTurn } from '../next-turn.ts'

/** Milliseconds that an answer takes of the event loop at one go, which is what clients wait for it. */
const sliceMs = 2

/** Lets clients in between two pieces of an answer; false where nobody waits for the rest any more. */
export type Breathe = () => Promise<boolean>

/**
 * Long answers of a thread, one after the other and each in slices: clients must not wait for what an
 * operator asks.
 *
 * @param patienceMs Milliseconds from the question on after which whoever asked has gone.
 */
export function createQuestionTurns(clock: Clock, patienceMs: number) {
  let last: Promise<unknown> = Promise.resolve()

  function breathing(until: number): Breathe {
    let sliceEnd = Number.NEGATIVE_INFINITY
    return async () => {
      if (clock.monotonic() >= sliceEnd) {
        await nextTurn()
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
