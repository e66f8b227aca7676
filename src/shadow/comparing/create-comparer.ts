import { after, type Clock } from '../../clock.ts'
import { isNoAnswer, isOtherStatus, whyUnseen } from '../compare/compare-answers.ts'
import type { Comparer } from '../comparer.ts'
import type { NotCompared } from '../difference.ts'
import type { Pair } from '../pair.ts'
import { writeBatch } from './batch.ts'
import { createComparedRoutes, type RouteState } from './compared-routes.ts'
import { type ComparingThread, startComparingThread } from './comparing-thread.ts'
import type { BatchResult } from './thread-messages.ts'
import { createWaitingPairs, type HeldBatch, type HeldPair } from './waiting-pairs.ts'

export interface ComparerDeps {
  readonly clock: Clock
  /** The thread ended by itself; another is started when there is something to compare. */
  readonly onCrash: (error: Error) => void
  /** MiB of heap that the thread has. Absent: what the rules in force may need. */
  readonly heapMb?: number
}

/** Milliseconds that pairs wait for others, so that one message carries many. */
const gatherMs = 10
/** Batches in the thread: one that is compared, one that is next. */
const maxSent = 2
/** Pairs taken over and not done; one more is `busy`. */
const maxHeld = 2048
/** Bytes of a batch's memory that is used again; what was larger is freed. */
const maxSpareBytes = 512 * 1024
/** Milliseconds until another thread takes the place of one that ended by itself. */
const restartMs = 1000
/** Milliseconds without a result, after which a thread is given up: no pair takes that long. */
const hungMs = 30_000

/** Compares pairs in one thread of this process, started when the first pair comes. */
export function createComparer({ clock, onCrash, heapMb }: ComparerDeps): Comparer {
  const routes = createComparedRoutes(clock)
  const waiting = createWaitingPairs()
  let thread: ComparingThread | null = null
  /** In the order in which they were sent, which is that of the results. */
  const sent: HeldBatch[] = []
  const spare: ArrayBuffer[] = []
  let heldPairs = 0
  let period = 0
  let isClosed = false
  let isDue = false
  let cancelTimer: (() => void) | null = null
  let mayStartAt = clock.monotonic()
  let heardAt = clock.monotonic()
  const stopWatching = clock.every(hungMs / 6, endHungThread)

  function pumpAfter(milliseconds: number): void {
    cancelTimer ??= after(clock, milliseconds, () => {
      cancelTimer = null
      isDue = true
      pump()
    })
  }

  /** Sends what is due, or makes a full batch, as far as the thread has room. */
  function pump(): void {
    while (sent.length < maxSent && !isClosed) {
      const missing = mayStartAt - clock.monotonic()
      if (thread === null && missing > 0) {
        pumpAfter(Math.max(1, missing))
        return
      }
      const batch = waiting.take(!isDue)
      if (batch === null) {
        isDue = false
        return
      }
      if (batch.route.cpu.isSpent()) giveUp(batch, 'busy')
      else send(batch)
    }
  }

  function send(batch: HeldBatch): void {
    thread ??= start()
    if (sent.length === 0) heardAt = clock.monotonic()
    sent.push(batch)
    const { route, held } = batch
    thread.post({
      kind: 'batch',
      rule: route.id,
      batch: writeBatch(
        held.map(({ pair }) => pair),
        route.headers,
        spare.pop() ?? null,
      ),
      period,
      mostCpuMs: route.cpu.mostMs(),
    })
  }

  function start(): ComparingThread {
    const started = startComparingThread({
      heapMb: heapMb ?? heapFor([...routes.all()].map(({ rule }) => rule.maxDecodedBytes)),
      onResult,
      onGone,
    })
    tellRules(started)
    return started
  }

  function tellRules(to: ComparingThread): void {
    to.post({
      kind: 'rules',
      rules: [...routes.all()].map(({ id, rule, matchPath }) => [id, rule, matchPath]),
    })
  }

  function onResult(result: BatchResult): void {
    const [batch] = sent
    if (batch === undefined) return
    heardAt = clock.monotonic()
    batch.route.sums.add(result)
    // The core is one: what comparing uses, each rule sees.
    for (const { cpu } of routes.all()) cpu.spend(result.cpuMs)
    release(batch.route, batch.held.splice(0, result.done))
    // More of it follows.
    if (result.bytes === null) return
    sent.shift()
    if (result.bytes.byteLength <= maxSpareBytes) spare.push(result.bytes)
    // At once, and not when the whole heap is collected.
    else result.bytes.transfer(0)
    pump()
  }

  function onGone(error: Error): void {
    thread = null
    mayStartAt = clock.monotonic() + restartMs
    for (const batch of sent.splice(0)) giveUp(batch, 'failed')
    onCrash(error)
    pump()
  }

  function endHungThread(): void {
    if (thread === null || sent.length === 0 || clock.monotonic() - heardAt < hungMs) return
    void thread.close()
    onGone(new Error(`Cannot compare: the thread must answer within ${hungMs} ms`))
  }

  function giveUp(batch: HeldBatch, reason: NotCompared): void {
    for (const { pair } of batch.held) batch.route.sums.addNotCompared(pair, reason)
    release(batch.route, batch.held)
  }

  function release(route: RouteState, held: readonly HeldPair[]): void {
    heldPairs -= held.length
    route.held -= held.length
    for (const { onDone } of held) onDone()
  }

  return {
    setRoutes(all) {
      routes.set(all)
      if (thread !== null) tellRules(thread)
    },
    compare(pair, onDone) {
      const route = routes.find(pair)
      // Of a route that was never said to be compared, or long ago.
      if (route === null) return queueMicrotask(onDone)
      if (!isNoAnswer(pair.a) && !isNoAnswer(pair.b)) route.sums.addLatency(pair)
      const reason = lostReason(pair) ?? (isBusy() || route.cpu.isSpent() ? 'busy' : null)
      if (reason !== null) {
        route.sums.addNotCompared(pair, reason)
        return queueMicrotask(onDone)
      }
      heldPairs++
      route.held++
      if (waiting.add(route, { pair, onDone })) pump()
      else pumpAfter(gatherMs)
    },
    takeReport() {
      period++
      return routes.takeReport()
    },
    async close() {
      if (isClosed) return
      isClosed = true
      cancelTimer?.()
      stopWatching()
      const open = thread
      thread = null
      for (const batch of [...sent.splice(0), ...waiting.takeAll()]) giveUp(batch, 'busy')
      await open?.close()
    },
  }

  function isBusy(): boolean {
    return isClosed || heldPairs >= maxHeld
  }
}

/** Why a pair need not be looked at. Another status is a difference even where a body is lost. */
function lostReason(pair: Pair<unknown>): NotCompared | null {
  if (isOtherStatus(pair)) return null
  const { a, b } = pair
  // That V2 is silent is a difference.
  return whyUnseen(pair) ?? (isNoAnswer(b) ? null : (a.lost ?? b.lost))
}

const mib = 1024 * 1024

/** Two documents with all their values, as texts and as objects, and what is made to compare them. */
function heapFor(maxDecodedBytes: readonly number[]): number {
  return 96 + 8 * Math.ceil(Math.max(0, ...maxDecodedBytes) / mib)
}
