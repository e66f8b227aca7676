import { type BodyJob, type MappedBody, ownShare } from './body-job.ts'
import { Rest } from './rest.ts'

/** One body on its way. */
export interface Pending {
  readonly id: number
  readonly job: BodyJob
  readonly lane: Lane
  readonly submittedAt: number
  /** `usedMs` of its mapping when it came. */
  readonly usedBefore: number
  /** Null when nobody waits for it any more, though the thread may be at it. */
  done: ((mapped: MappedBody) => void) | null
}

/** What is known of one mapping, and its bodies in the order in which they came. */
export interface Lane {
  /** Without those that the thread has. */
  readonly waiting: Pending[]
  readonly rest: Rest
  /** Those that wait, and those that the thread has. */
  bodies: number
  bytes: number
  /** Milliseconds of the thread that it was given, or that it let pass while it had no body. */
  usedMs: number
  /** What its last body took; infinite before the first. */
  lastMs: number
}

/** Bodies that wait at a time, and their bytes; one alone may always wait. */
const maxBodies = 1000
const maxBytes = 67_108_864
/** What of both one mapping may take, so that it leaves room for the others. */
const laneShare = 0.5
/** Mappings that are known; more than any configuration has, so that only reloads ever fill it. */
const maxLanes = 500

export type Turns = ReturnType<typeof createTurns>

/**
 * Whose body is next: that of the mapping which has had the least of the thread's time so far. Counted
 * in bodies, one slow mapping would have nearly all of it. What was not used is not saved up.
 */
export function createTurns() {
  const lanes = new Map<string, Lane>()
  let bodies = 0
  let bytes = 0
  /** What the mapping had used whose turn was the last. */
  let reachedMs = 0

  function count({ lane, job }: Pending, sign: 1 | -1): void {
    const size = sign * job.body.byteLength
    bodies += sign
    bytes += size
    lane.bodies += sign
    lane.bytes += size
  }

  return {
    get bodies() {
      return bodies
    },
    /** For the next body of a mapping. */
    laneOf(mapping: string): Lane {
      const known = lanes.get(mapping)
      if (known !== undefined) {
        if (known.bodies === 0) known.usedMs = Math.max(known.usedMs, reachedMs)
        return known
      }
      if (lanes.size >= maxLanes) {
        for (const [name, lane] of lanes) if (lane.bodies === 0) lanes.delete(name)
      }
      const lane = {
        waiting: [],
        rest: new Rest(),
        bodies: 0,
        bytes: 0,
        usedMs: reachedMs,
        lastMs: Number.POSITIVE_INFINITY,
      }
      lanes.set(mapping, lane)
      return lane
    },
    hasRoom(lane: Lane, more: number): boolean {
      const isTooMany = bodies >= maxBodies || lane.bodies >= maxBodies * laneShare
      const isTooLong =
        (bodies > 0 && bytes + more > maxBytes) ||
        (lane.bodies > 0 && lane.bytes + more > maxBytes * laneShare)
      return !isTooMany && !isTooLong
    },
    put(entry: Pending): void {
      entry.lane.waiting.push(entry)
      count(entry, 1)
    },
    next(): Pending | null {
      let best: Lane | null = null
      for (const lane of lanes.values()) {
        if (lane.waiting.length === 0) continue
        if (best === null || lane.usedMs < best.usedMs) best = lane
      }
      return best?.waiting[0] ?? null
    },
    /** The thread gets the next; it is counted until `finish`. */
    take({ lane }: Pending): void {
      lane.waiting.shift()
      reachedMs = lane.usedMs
    },
    /** The thread had it and is no more: it is the first of its mapping again. */
    putBack(entry: Pending): void {
      entry.lane.waiting.unshift(entry)
    },
    /** Nothing for one that the thread has. */
    remove(entry: Pending): void {
      const { waiting } = entry.lane
      const at = waiting.indexOf(entry)
      if (at === -1) return
      waiting.splice(at, 1)
      count(entry, -1)
    },
    /** The thread had it for so long. */
    finish(entry: Pending, tookMs: number): void {
      const { lane } = entry
      count(entry, -1)
      lane.usedMs += tookMs
      lane.lastMs = tookMs
    },
    waiting(): Pending[] {
      return [...lanes.values()].flatMap(lane => lane.waiting)
    },
  }
}

/** Whether it waited above all for others of its own mapping: that is no other's doing. */
export function isOwnDoing({ lane, job, usedBefore }: Pending): boolean {
  return lane.usedMs - usedBefore >= job.timeoutMs * ownShare
}

/**
 * Milliseconds that it may well need: as the last of its mapping, and its own share where nobody knows. A
 * body without that much left is not tried.
 */
export function expectedMs({ lane, job }: Pending): number {
  return Math.min(lane.lastMs, job.timeoutMs * ownShare)
}
