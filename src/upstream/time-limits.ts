import type { Clock } from '../clock.ts'

/** Who is told that a time is up. */
export interface Timed {
  onTimeUp(limit: TimeLimit): void
}

/** One limit under way: a link in the queue of its duration. */
export interface TimeLimit {
  /** Monotonic milliseconds. */
  readonly at: number
}

/** A limit acts later than due by no more than a twentieth of itself, within these bounds. */
const finestMs = 5
const coarsestMs = 250

interface Link extends TimeLimit {
  readonly target: Timed
  readonly queue: Queue
  before: Link | null
  after: Link | null
}

/** Limits of the same duration run out in the order in which they began, so only the first is looked at. */
interface Queue {
  first: Link | null
  last: Link | null
}

/**
 * Time limits of requests. Those of one duration share a queue and a timer, which rests while the
 * queue is empty: to begin and to stop one is to link and to unlink it.
 */
export function createTimeLimits(clock: Clock) {
  const queues = new Map<number, Queue & { readonly close: () => void }>()

  function open(limitMs: number) {
    const grain = Math.min(coarsestMs, Math.max(finestMs, Math.ceil(limitMs / 20)))
    const queue = { first: null, last: null, close: clock.every(grain, () => sweep(limitMs)) }
    queues.set(limitMs, queue)
    return queue
  }

  function sweep(limitMs: number): void {
    const queue = queues.get(limitMs)
    if (queue === undefined) return
    const now = clock.monotonic()
    for (let link = queue.first; link !== null && link.at <= now; link = queue.first) {
      unlink(link)
      link.target.onTimeUp(link)
    }
    if (queue.first !== null) return
    queue.close()
    queues.delete(limitMs)
  }

  return {
    /** `from` is monotonic and no earlier than that of the limits before it, give or take. */
    start(target: Timed, limitMs: number, from: number): TimeLimit {
      const queue: Queue = queues.get(limitMs) ?? open(limitMs)
      const before = queue.last
      const link: Link = { at: from + limitMs, target, queue, before, after: null }
      if (before === null) queue.first = link
      else before.after = link
      queue.last = link
      return link
    },
    /** Stopping what is over does nothing. */
    stop(limit: TimeLimit): void {
      unlink(limit as Link)
    },
    close(): void {
      for (const queue of queues.values()) queue.close()
      queues.clear()
    },
  }
}

function unlink(link: Link): void {
  const { queue, before, after } = link
  if (before !== null) before.after = after
  else if (queue.first === link) queue.first = after
  else return // stopped already
  if (after !== null) after.before = before
  else queue.last = before
  link.before = null
  link.after = null
}

export type TimeLimits = ReturnType<typeof createTimeLimits>
