import type { Clock } from '../../clock.ts'
import { type BodyMapper, failed, type MappedBody } from './body-job.ts'
import { type OpenThread, openThread } from './open-thread.ts'
import { createTurns, expectedMs, isOwnDoing, type Lane, type Pending } from './turns.ts'

export interface MappingThreadDeps {
  /** What the thread runs: it calls `serveBodies`. */
  readonly program: URL
  readonly clock: Clock
}

export interface MappingThread {
  /** The mapper for one mapping, by a name of its own: mappings take turns. */
  mapperFor(mapping: string): BodyMapper
  /** Ends the thread; whoever waits hears `closed`. */
  close(): void
}

/**
 * Bodies that the thread has at a time: enough that it never waits for us. It cannot be told that nobody
 * waits for one any more, so what it has it does, while others wait.
 */
const maxSent = 2
/**
 * Milliseconds that the last body of a mapping took at most, for another to be sent behind its next:
 * behind a slow one it is better kept here, where it can still give way.
 */
const quickMs = 5
/** Milliseconds between two looks at who is late. */
const lookMs = 20
/**
 * Of the time that a body has: when the thread is ended under an expression that did not stop by
 * itself, so that those behind it have some of theirs left.
 */
const endedAfterShare = 0.75

/**
 * Maps bodies in a thread of its own, so that no expression, however it loops, holds up the thread
 * that serves. It starts with the first body. One that does not come to an end is ended with the
 * thread and fails; a new thread goes on with the others, which are kept here until they are done.
 */
export function createMappingThread({ program, clock }: MappingThreadDeps): MappingThread {
  const turns = createTurns()
  /** What the thread has, in the order in which it takes them: the first is the one it is at. */
  let sent: Pending[] = []
  let lastId = 0
  let thread: OpenThread | null = null
  /** Monotonic milliseconds since when the thread there is can work; infinite until it can. */
  let readySince = Number.POSITIVE_INFINITY
  /** Since when it may be at the first body. */
  let firstSince = 0
  /** The first body, when the last look found it late. */
  let suspect: Pending | null = null
  let sendsSoon = false
  let stopLooking: (() => void) | null = null
  let closed = false

  function start(): void {
    readySince = Number.POSITIVE_INFINITY
    thread = openThread(program, clock, {
      onReady() {
        readySince = clock.monotonic()
        send()
      },
      onMapped(id, mapped, tookMs) {
        const entry = sent.find(each => each.id === id)
        if (entry === undefined) return
        sent = sent.filter(each => each !== entry)
        firstSince = clock.monotonic()
        finish(entry, mapped, tookMs, !mapped.ok && mapped.reason === 'too-slow')
        send()
      },
      onLost(why) {
        const mapped = failed('expression-failed', `the thread was lost: ${why}`)
        if (readySince !== Number.POSITIVE_INFINITY) {
          replace(mapped)
          return
        }
        // Where it could not even start there is no sense in trying at once again.
        thread = null
        failAll(mapped)
      },
    })
  }

  /** Ends the thread with what it is at; a new one goes on. */
  function replace(mapped: MappedBody): void {
    thread?.end()
    thread = null
    const [blamed, ...others] = sent
    sent = []
    for (const entry of others.reverse()) {
      turns.putBack(entry)
      if (entry.done === null) turns.remove(entry)
    }
    if (blamed !== undefined) finish(blamed, mapped, clock.monotonic() - firstSince, true)
    if (thread === null && turns.bodies > 0) start()
  }

  function send(): void {
    sendsSoon = false
    const fresh: Pending[] = []
    while (readySince !== Number.POSITIVE_INFINITY && mayHaveMore()) {
      const entry = turns.next()
      if (entry === null) break
      if (leftMs(entry) < expectedMs(entry)) {
        leave(entry)?.(tooLate(entry))
      } else {
        turns.take(entry)
        if (sent.length === 0) firstSince = clock.monotonic()
        sent.push(entry)
        fresh.push(entry)
      }
    }
    if (fresh.length > 0) thread?.post(fresh.map(({ id, job }) => [id, job] as const))
  }

  function mayHaveMore(): boolean {
    return sent.length < maxSent && sent.every(({ lane }) => lane.lastMs <= quickMs)
  }

  /** What a body has left of its time; a thread that is being started is nobody's slowness. */
  function leftMs({ job, submittedAt }: Pending): number {
    return job.timeoutMs - (clock.monotonic() - Math.max(submittedAt, readySince))
  }

  /** The thread is done with it, or was ended under it. */
  function finish(entry: Pending, mapped: MappedBody, tookMs: number, overran: boolean): void {
    const { lane } = entry
    turns.finish(entry, tookMs)
    if (!overran) lane.rest.kept()
    else if (lane.rest.overran(clock.monotonic(), tookMs)) {
      for (const next of [...lane.waiting]) leave(next)?.(failed('resting'))
    }
    leave(entry)?.(mapped)
  }

  /** Nobody waits any more. A body that the thread does not have yet is not mapped at all. */
  function leave(entry: Pending): Pending['done'] {
    const { done } = entry
    entry.done = null
    turns.remove(entry)
    return done
  }

  function failAll(mapped: MappedBody): void {
    for (const entry of [...sent, ...turns.waiting()]) leave(entry)?.(mapped)
  }

  function look(): void {
    if (turns.bodies === 0) {
      stopLooking?.()
      stopLooking = null
    }
    for (const entry of [...sent, ...turns.waiting()]) {
      if (leftMs(entry) <= 0) leave(entry)?.(tooLate(entry))
    }
    const [first] = sent
    const isLate =
      first !== undefined && clock.monotonic() - firstSince >= first.job.timeoutMs * endedAfterShare
    // Found late twice: between two looks everything that the thread had sent was heard.
    const isStuck = isLate && suspect === first
    suspect = isLate ? first : null
    if (isStuck) replace(failed('too-slow', 'it was ended with its thread'))
  }

  function refusal(lane: Lane, bytes: number): MappedBody | null {
    if (closed) return failed('closed')
    if (lane.rest.refuses(clock.monotonic(), lane.bodies)) return failed('resting')
    return turns.hasRoom(lane, bytes) ? null : failed('too-many')
  }

  return {
    mapperFor: mapping => ({
      map(job, done) {
        const lane = turns.laneOf(mapping)
        const { usedMs: usedBefore } = lane
        const submittedAt = clock.monotonic()
        const entry: Pending = { id: ++lastId, job, lane, submittedAt, usedBefore, done }
        const refused = refusal(lane, job.body.byteLength)
        if (refused !== null) {
          queueMicrotask(() => leave(entry)?.(refused))
          return () => void leave(entry)
        }
        turns.put(entry)
        // All that come in one turn of the event loop go together.
        if (!sendsSoon) setImmediate(send)
        sendsSoon = true
        stopLooking ??= clock.every(lookMs, look)
        if (thread === null) start()
        return () => void leave(entry)
      },
    }),
    close() {
      closed = true
      stopLooking?.()
      stopLooking = null
      thread?.end()
      thread = null
      failAll(failed('closed'))
    },
  }
}

function tooLate(entry: Pending): MappedBody {
  if (!isOwnDoing(entry)) return failed('no-turn')
  return failed('too-slow', 'those of its own mapping before it took its time')
}
