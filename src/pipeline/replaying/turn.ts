import type { Clock } from '../../clock.ts'
import type { Decision } from '../../decisions/decision.ts'
import type { Limiter } from '../../limits/limiter.ts'
import { createMemoryLimiter } from '../../limits/memory-limiter.ts'

export interface TurnOptions {
  /** All workers count in Redis; else each by itself. */
  readonly sharesLimits: boolean
}

/** An id of the form that session ids have, and nobody's. */
const nobodysId = '0'.repeat(22)

/** The decision that is being made again, for whatever its route asks that is no part of a request. */
export function createTurn({ sharesLimits }: TurnOptions) {
  const limiters = new Map<number, Limiter>()
  let current: Decision | null = null
  let drawn = false

  function decision(): Decision {
    if (current === null) throw new Error('Cannot replay: a decision must be taken first.')
    return current
  }

  /** Stands at the moment at which it was decided. */
  const clock: Clock = {
    now: () => decision().at,
    monotonic: () => decision().at,
    idle: () => 0,
    every: () => () => {},
  }

  function limiterOf({ worker }: Decision): Limiter {
    const owner = sharesLimits ? 0 : worker
    const limiter = limiters.get(owner) ?? createMemoryLimiter({ clock })
    limiters.set(owner, limiter)
    return limiter
  }

  return {
    take(next: Decision): void {
      current = next
      drawn = false
    },
    decision,
    /** The limiter of whichever worker it was. */
    limiter: {
      mode: 'memory',
      take: asks => limiterOf(decision()).take(asks),
      async close() {},
    } satisfies Limiter as Limiter,
    newId(): string {
      drawn = true
      return nobodysId
    },
    /** Whether a session id was asked for, which would have been another one. */
    isDrawn: () => drawn,
  }
}

export type Turn = ReturnType<typeof createTurn>
