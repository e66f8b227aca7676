import { after, type Clock } from '../../clock.ts'
import type {
  ExplainAnswer,
  ExplainQuestion,
  SimulateAnswer,
  SimulateQuestion,
} from '../../cohort/caller-question.ts'
import type { Snapshot } from '../../config/snapshot.ts'
import type { WorkerDecisions } from '../../decisions/decision.ts'
import type { LatchState } from '../../guard/latch-state.ts'
import type { Revocation } from '../../identity/revocation.ts'
import type { ControlPlane, PlaneStatus, WorkerProcessStatus } from '../planes.ts'
import { createAsks } from './worker-asks.ts'
import type { createFork, ProcessEnd } from './worker-channel.ts'
import type { FromWorker } from './worker-messages.ts'

export interface WorkerDeps {
  readonly fork: ReturnType<typeof createFork>['fork']
  readonly clock: Clock
  /** What it begins with, asked when it is there to take it. */
  readonly snapshot: () => Snapshot
  readonly latches: () => readonly LatchState[]
  readonly revocations: () => readonly Revocation[]
  readonly control: ControlPlane
}

/** Why a worker serves no longer. */
export interface WorkerLoss extends ProcessEnd {
  readonly why: 'ended' | 'failing' | 'unresponsive' | 'left'
  /** What it said itself, if it could. */
  readonly error: string | null
}

export type Worker = ReturnType<typeof createWorker>

/** Milliseconds from fork to serving: the sources are read, Unleash may take its time limit. */
const startLimitMs = 60_000
/** Milliseconds for a new snapshot, which may wait for an Unleash that does not answer. */
const applyLimitMs = 30_000
const askLimitMs = 1_000
const pingPeriodMs = 1_000
/**
 * Pings in a row that may stay unanswered. Counted in pings sent, not in time passed: a machine that
 * slept, or a primary that was stopped, has asked nobody meanwhile.
 */
const pingsMissed = 10
/**
 * Milliseconds beyond the drain that a leaving worker has: its last spans may take one second of them, and
 * its last counts come behind those. Less than the 2 s by which the primary itself is awaited.
 */
const leaveMarginMs = 1_600

/** One worker as the primary sees it. */
export function createWorker(deps: WorkerDeps) {
  const { fork, clock, snapshot, control } = deps
  const process = fork({ onMessage, onEnd })
  const asks = createAsks(clock, (id, ask) => process.send({ type: 'ask', id, ask }))
  const ready = Promise.withResolvers<number>()
  const lost = Promise.withResolvers<WorkerLoss>()
  const ended = Promise.withResolvers<void>()
  const startedAt = clock.monotonic()
  let state: WorkerProcessStatus['state'] = 'starting'
  let given: Snapshot | null = null
  let metrics: readonly object[] = []
  let missed = 0
  let left = false
  /** A promise that nobody waits for yet must not end the process. */
  ready.promise.catch(() => {})

  const stopWaiting = after(clock, startLimitMs, () => {
    lose('unresponsive', `it did not serve within ${startLimitMs} ms`)
    process.kill()
  })
  let stopPings = (): void => {}

  function onMessage(message: FromWorker): void {
    switch (message.type) {
      case 'here':
        given = snapshot()
        process.send({
          type: 'hello',
          worker: process.id,
          snapshot: given,
          latches: deps.latches(),
          revocations: deps.revocations(),
        })
        return
      case 'ready':
        stopWaiting()
        if (state === 'starting') state = 'ready'
        stopPings = clock.every(pingPeriodMs, ping)
        ready.resolve(message.port)
        return
      case 'unable':
        lose('failing', message.error)
        return
      case 'answer':
        asks.answered(message.id, message.value)
        return
      case 'refused':
        asks.refused(message.id, message.error)
        return
      case 'tripped':
        control.tripped(message.state)
        return
      case 'counted':
        control.counted(message.counts)
        return
      case 'refusals':
        control.refused(message.counts)
        return
      case 'did':
        control.did(message.report)
        return
      case 'users':
        control.usersSeen(message.report)
        return
      case 'compared':
        control.compared(message.report)
        return
      case 'stayed':
        control.stayed(message.rows, () => {})
        return
      case 'failing':
        leave()
        lose('failing', message.error)
        return
      case 'left':
        left = true
        metrics = message.metrics
    }
  }

  function onEnd(end: ProcessEnd): void {
    stopWaiting()
    stopPings()
    lose(left ? 'left' : 'ended', null, end)
    asks.abandon(new Error('the worker ended'))
    ended.resolve()
  }

  function lose(why: WorkerLoss['why'], error: string | null, end?: ProcessEnd): void {
    ready.reject(new Error(error ?? `the worker ended with ${end?.signal ?? `code ${end?.code}`}`))
    lost.resolve({ why, error, code: end?.code ?? null, signal: end?.signal ?? null })
  }

  function ping(): void {
    // One at a time: an answer that is late counts as one.
    if (missed++ === 0) void answerPing()
    if (missed > 1 && state === 'ready') state = 'unresponsive'
    if (missed <= pingsMissed || left) return
    lose('unresponsive', `it left ${pingsMissed} pings unanswered`)
    process.kill()
  }

  /** Lets it finish what is in flight; it is cut when its own limits did not. */
  function leave(): void {
    if (state === 'leaving') return
    if (state === 'starting') {
      process.kill()
      return
    }
    state = 'leaving'
    const { lingerMs, graceMs } = (given ?? snapshot()).process.drain
    const cancel = after(clock, lingerMs + graceMs + leaveMarginMs, process.kill)
    void ended.promise.then(cancel)
    process.send({ type: 'leave' })
  }

  async function answerPing(): Promise<void> {
    try {
      await asks.ask({ what: 'ping' }, pingPeriodMs * (pingsMissed + 1))
      missed = 0
      if (state === 'unresponsive') state = 'ready'
    } catch {
      // It is counted already, or the process is gone.
    }
  }

  return {
    id: process.id,
    pid: process.pid,
    /** Resolves with the port that it serves on; rejects when it never will. */
    ready: ready.promise,
    /** Resolves when it takes nobody in any more, though it may still live. */
    lost: lost.promise,
    /** Resolves when the process is gone. */
    ended: ended.promise,
    state: (): WorkerProcessStatus['state'] => state,
    aliveMs: () => clock.monotonic() - startedAt,
    /** Whether it serves, or will serve, this snapshot. */
    has: (wanted: Snapshot) => given === null || given === wanted,
    /** Rejects, with the worker as it was, where it cannot serve the snapshot. */
    async apply(next: Snapshot): Promise<void> {
      await asks.ask({ what: 'apply', snapshot: next }, applyLimitMs)
      given = next
    },
    setLatch(latch: LatchState): void {
      // Before its hello it knows nothing, and the hello knows all.
      if (given !== null) process.send({ type: 'latch', state: latch })
    },
    revoke(revocations: readonly Revocation[]): void {
      if (given !== null) process.send({ type: 'revoke', revocations })
    },
    /** Null when it does not answer in time. */
    status: (): Promise<PlaneStatus | null> =>
      asks.ask({ what: 'status' }, askLimitMs).catch(() => null),
    /** Null when it does not answer in time; so too `simulate`. */
    explain: (question: ExplainQuestion): Promise<ExplainAnswer | null> =>
      asks.ask({ what: 'explain', question }, askLimitMs).catch(() => null),
    simulate: (question: SimulateQuestion): Promise<SimulateAnswer | null> =>
      asks.ask({ what: 'simulate', question }, askLimitMs).catch(() => null),
    /** Null when it does not answer in time. */
    decisions: (after: number, limit: number): Promise<WorkerDecisions | null> =>
      asks.ask({ what: 'decisions', after, limit }, askLimitMs).catch(() => null),
    /** Brings `metrics` up to date as far as it answers. */
    async readMetrics(): Promise<void> {
      const read = await asks.ask({ what: 'metrics' }, askLimitMs).catch(() => null)
      if (read !== null && !left) metrics = read
    },
    /** As last known; the last word of one that left. */
    metrics: (): readonly object[] => metrics,
    leave,
    kill: process.kill,
  }
}
