import type { Clock } from '../../clock.ts'
import { type BodyJob, type BodyMapper, failed, type MappedBody } from './body-job.ts'
import { type OpenThread, openThread } from './open-thread.ts'

export interface MappingThreadDeps {
  /** What the thread runs: it calls `serveBodies`. */
  readonly program: URL
  readonly clock: Clock
}

export interface MappingThread extends BodyMapper {
  /** Ends the thread; whoever waits hears `closed`. */
  close(): void
}

/** Bodies that wait at a time, and their bytes; one alone may always wait. */
const maxJobs = 1000
const maxWaitingBytes = 67_108_864
/**
 * Bodies that the thread has at a time: enough that it never waits for us. It cannot be told that nobody
 * waits for one any more, so what it has it does, while others wait.
 */
const maxSent = 2
/** Milliseconds between two looks at who is late. */
const lookMs = 20
/**
 * Of the time that a body has: when the thread is ended under an expression that did not stop by
 * itself, so that those behind it have some of theirs left.
 */
const endedAfterShare = 0.75

const nobodys = failed('closed')

interface Pending {
  readonly id: number
  readonly job: BodyJob
  readonly submittedAt: number
  /** Null when nobody waits for it any more, though the thread may be at it. */
  done: ((mapped: MappedBody) => void) | null
}

/**
 * Maps bodies in a thread of its own, so that no expression, however it loops, holds up the thread
 * that serves. It starts with the first body. One that does not come to an end is ended with the
 * thread and fails; a new thread goes on with the others, which are kept here until they are done.
 */
export function createMappingThread({ program, clock }: MappingThreadDeps): MappingThread {
  /** In the order in which the thread takes them: the first is the one it is at. */
  const pending = new Map<number, Pending>()
  let unsent: Pending[] = []
  let waitingBytes = 0
  let lastId = 0
  let thread: OpenThread | null = null
  /** Monotonic milliseconds since when the thread there is can work; infinite until it can. */
  let readySince = Number.POSITIVE_INFINITY
  /** Since when it may be at the first job. */
  let firstSince = 0
  /** The first job, when the last look found it late. */
  let suspect: Pending | null = null
  let stopLooking: (() => void) | null = null
  let closed = false

  function start(): void {
    readySince = Number.POSITIVE_INFINITY
    for (const { id, done } of [...pending.values()]) if (done === null) settle(id, nobodys)
    unsent = [...pending.values()]
    thread = openThread(program, clock, {
      onReady() {
        readySince = firstSince = clock.monotonic()
        send()
      },
      onMapped(id, mapped) {
        firstSince = clock.monotonic()
        settle(id, mapped)
        send()
      },
      onLost(why) {
        const mapped = failed('expression-failed', `the thread was lost: ${why}`)
        // Where it could not even start there is no sense in trying at once again.
        const blamed = readySince === Number.POSITIVE_INFINITY ? pending.size : 1
        replace([...pending.keys()].slice(0, blamed), mapped)
      },
    })
  }

  /** Goes on without these jobs, in a new thread. */
  function replace(ids: readonly number[], mapped: MappedBody): void {
    thread?.end()
    thread = null
    for (const id of ids) settle(id, mapped)
    if (thread === null && pending.size > 0) start()
  }

  function send(): void {
    const room = maxSent - (pending.size - unsent.length)
    if (readySince === Number.POSITIVE_INFINITY || unsent.length === 0 || room <= 0) return
    thread?.post(unsent.splice(0, room).map(({ id, job }) => [id, job] as const))
  }

  function settle(id: number, mapped: MappedBody): void {
    const entry = pending.get(id)
    if (entry === undefined) return
    pending.delete(id)
    waitingBytes -= entry.job.body.byteLength
    leave(entry)?.(mapped)
  }

  /** Nobody waits any more. A job that the thread does not have yet is not done at all. */
  function leave(entry: Pending): Pending['done'] {
    const { done } = entry
    entry.done = null
    const at = unsent.indexOf(entry)
    if (at !== -1) {
      unsent.splice(at, 1)
      if (pending.delete(entry.id)) waitingBytes -= entry.job.body.byteLength
    }
    return done
  }

  function look(): void {
    if (pending.size === 0) {
      stopLooking?.()
      stopLooking = null
    }
    const now = clock.monotonic()
    for (const entry of [...pending.values()]) {
      // A thread that is being started is nobody's slowness.
      const since = Math.max(entry.submittedAt, readySince)
      if (now - since >= entry.job.timeoutMs) leave(entry)?.(failed('no-turn'))
    }
    const [first] = pending.values()
    const isLate =
      first !== undefined &&
      now - Math.max(firstSince, first.submittedAt) >= first.job.timeoutMs * endedAfterShare
    // Found late twice: between two looks everything that the thread had sent was heard.
    const isStuck = isLate && suspect === first && readySince <= now
    suspect = isLate ? first : null
    if (isStuck) replace([first.id], failed('too-slow', 'it was ended with its thread'))
  }

  return {
    map(job, done) {
      const entry: Pending = { id: ++lastId, job, submittedAt: clock.monotonic(), done }
      const bytes = job.body.byteLength
      const isFull =
        pending.size >= maxJobs || (pending.size > 0 && waitingBytes + bytes > maxWaitingBytes)
      if (closed || isFull) {
        queueMicrotask(() => leave(entry)?.(failed(closed ? 'closed' : 'too-many')))
        return () => void leave(entry)
      }
      pending.set(entry.id, entry)
      waitingBytes += bytes
      // All that come in one turn of the event loop go together.
      if (unsent.push(entry) === 1) setImmediate(send)
      stopLooking ??= clock.every(lookMs, look)
      if (thread === null) start()
      return () => void leave(entry)
    },
    close() {
      closed = true
      stopLooking?.()
      stopLooking = null
      thread?.end()
      thread = null
      for (const id of [...pending.keys()]) settle(id, failed('closed'))
    },
  }
}
