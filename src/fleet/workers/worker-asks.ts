import { after, type Clock } from '../../clock.ts'
import type { Answer, Answers, Ask } from './worker-messages.ts'

interface Waiting {
  readonly resolve: (value: Answer) => void
  readonly reject: (error: Error) => void
}

/** The questions to one worker that wait for their answers. */
export function createAsks(clock: Clock, send: (id: number, ask: Ask) => void) {
  const waiting = new Map<number, Waiting>()
  let asked = 0

  return {
    /** Rejects with what the worker refuses for, or when it does not answer within `limitMs`. */
    ask<What extends Ask['what']>(
      ask: Extract<Ask, { what: What }>,
      limitMs: number,
    ): Promise<Answers[What]> {
      const id = ++asked
      const { promise, resolve, reject } = Promise.withResolvers<Answer>()
      const cancel = after(clock, limitMs, () =>
        reject(new Error(`the worker did not answer within ${limitMs} ms`)),
      )
      waiting.set(id, { resolve, reject })
      send(id, ask)
      const over = promise.finally(() => {
        cancel()
        waiting.delete(id)
      })
      return over as Promise<Answers[What]>
    },
    answered(id: number, value: Answer): void {
      waiting.get(id)?.resolve(value)
    },
    refused(id: number, error: string): void {
      waiting.get(id)?.reject(new Error(error))
    },
    /** Nobody is there any more to answer. */
    abandon(error: Error): void {
      for (const { reject } of waiting.values()) reject(error)
    },
  }
}
