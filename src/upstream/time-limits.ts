import type { Clock } from '../clock.ts'
import { Linked, LinkedSet } from '../linked-set.ts'

/** Who is told that a time is up. */
export interface Timed {
  onTimeUp(limit: TimeLimit): void
}

/** One limit under way. */
export class TimeLimit extends Linked {
  /** Monotonic milliseconds. */
  readonly at: number
  readonly target: Timed

  constructor(at: number, target: Timed) {
    super()
    this.at = at
    this.target = target
  }
}

/** A limit acts later than due by no more than a twentieth of itself, within these bounds. */
const finestMs = 5
const coarsestMs = 250

/** Limits of the same duration run out in the order in which they began, so only the first is looked at. */
interface Queue {
  readonly limits: LinkedSet<TimeLimit>
  readonly close: () => void
}

/**
 * Time limits of requests. Those of one duration share a queue and a timer, which rests while the
 * queue is empty: to begin and to stop one is to link and to unlink it.
 */
export function createTimeLimits(clock: Clock) {
  const queues = new Map<number, Queue>()

  function open(limitMs: number): Queue {
    const grain = Math.min(coarsestMs, Math.max(finestMs, Math.ceil(limitMs / 20)))
    const queue = {
      limits: new LinkedSet<TimeLimit>(),
      close: clock.every(grain, () => sweep(limitMs)),
    }
    queues.set(limitMs, queue)
    return queue
  }

  function sweep(limitMs: number): void {
    const queue = queues.get(limitMs)
    if (queue === undefined) return
    const now = clock.monotonic()
    const { limits } = queue
    for (let limit = limits.first; limit !== null && limit.at <= now; limit = limits.first) {
      limits.delete(limit)
      limit.target.onTimeUp(limit)
    }
    if (limits.size > 0) return
    queue.close()
    queues.delete(limitMs)
  }

  return {
    /** `from` is monotonic by the same clock, and no earlier than that of the limits before it, give or take. */
    start(target: Timed, limitMs: number, from: number): TimeLimit {
      const { limits } = queues.get(limitMs) ?? open(limitMs)
      const limit = new TimeLimit(from + limitMs, target)
      limits.add(limit)
      return limit
    },
    /** Stopping what is over does nothing. */
    stop(limit: TimeLimit): void {
      limit.within?.delete(limit)
    },
    close(): void {
      for (const queue of queues.values()) queue.close()
      queues.clear()
    },
  }
}

export type TimeLimits = ReturnType<typeof createTimeLimits>
