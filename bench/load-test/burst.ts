import { setTimeout as delay } from 'node:timers/promises'
import { startPace } from '../pace.ts'
import type { ConnectionOptions } from './connection.ts'
import { createPool, type Ending, type PoolOptions } from './pool.ts'

export interface Burst extends ConnectionOptions {
  /** Requests a second, due whatever became of those before; null: each connection always asks. */
  readonly perSecond: number | null
  readonly durationMs: number
  readonly connections: number
}

export interface BurstResult {
  /** Requests that were to be sent. */
  readonly due: number
  /** Those that were answered with 2xx. */
  readonly good: number
  /** What became of all others: `503`, `timeout`, `ECONNRESET`, `closed`, `not-sent` → requests. */
  readonly failed: Readonly<Record<string, number>>
  /** Milliseconds that each good answer took, and that each one was waited for that never came. */
  readonly timesMs: readonly number[]
  /** Requests for which the load tester itself was too late. */
  readonly late: number
  /** Until 99 of 100 good answers had come, and at least as long as the burst was to be. */
  readonly elapsedMs: number
}

/**
 * Milliseconds by which a timer may be late without anybody's fault. Up to there a request counts from when
 * it was sent; from there on from when it was due, since whoever is that late hides what clients wait.
 */
const timerMs = 2
/** Where connections always ask: before one that was lost is opened again. */
const afterLossMs = 20

export interface BurstDeps {
  readonly open: PoolOptions['open']
  /** Monotonic milliseconds. */
  readonly now: () => number
}

/** Sends a burst, and waits for the last answer or for as long as a request may take. */
export async function playBurst(burst: Burst, deps: BurstDeps): Promise<BurstResult> {
  const { perSecond, durationMs, connections, timeoutMs } = burst
  const { open, now } = deps
  const account = createAccount(now)
  const startedAt = now()
  const endsAt = startedAt + durationMs
  const pool = createPool({ open, connections, now, ended })

  function ended(from: number, ending: Ending): void {
    account.end(from, ending)
    if (perSecond !== null || now() >= endsAt) return
    if ('failed' in ending) setTimeout(askAgain, afterLossMs)
    else askAgain()
  }

  function askAgain(): void {
    const from = now()
    if (from < endsAt) ask(from, from)
  }

  function ask(dueAt: number, at: number): void {
    const isLate = at - dueAt > timerMs
    account.due(isLate)
    pool.ask(isLate ? dueAt : at)
  }

  if (perSecond === null) {
    for (let i = 0; i < connections; i++) askAgain()
    await delay(durationMs)
  } else {
    await paced(perSecond, Math.max(1, Math.round((perSecond * durationMs) / 1000)))
  }
  await untilOver()
  pool.close()
  return account.result(startedAt, durationMs)

  async function paced(rate: number, requests: number): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>()
    let sent = 0
    const stop = startPace(rate, now, dueAt => {
      if (sent === requests) return
      ask(dueAt, now())
      if (++sent === requests) resolve()
    })
    await promise
    stop()
  }

  /** A little longer than a request may take: what is sent last is out of time by its own clock first. */
  async function untilOver(): Promise<void> {
    const deadline = now() + timeoutMs + 100
    while (pool.underWay > 0 && now() < deadline) await delay(5)
  }
}

function createAccount(now: () => number) {
  const failed: Record<string, number> = {}
  const timesMs: number[] = []
  let dueCount = 0
  let late = 0
  const goodAt: number[] = []

  return {
    due(isLate: boolean): void {
      dueCount++
      if (isLate) late++
    },
    end(from: number, ending: Ending): void {
      const at = now()
      const isGood = 'status' in ending && ending.status >= 200 && ending.status < 300
      const neverCame = 'failed' in ending && /^(timeout|not-sent)$/.test(ending.failed)
      // A quick failure makes nothing fast.
      if (isGood || neverCame) timesMs.push(Math.round((at - from) * 1000) / 1000)
      if (isGood) {
        goodAt.push(at)
        return
      }
      const word = 'status' in ending ? String(ending.status) : ending.failed
      failed[word] = (failed[word] ?? 0) + 1
    },
    result(startedAt: number, durationMs: number): BurstResult {
      // The few that take longest say nothing of what a target bears.
      const at = goodAt[Math.ceil(goodAt.length * 0.99) - 1] ?? startedAt
      return {
        ...{ due: dueCount, good: goodAt.length, failed, timesMs, late },
        elapsedMs: Math.max(durationMs, at - startedAt),
      }
    },
  }
}
