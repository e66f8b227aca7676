import { bootstrapInterval, type Interval } from '../bootstrap.ts'
import { pooledQuantile } from '../pooled-quantile.ts'
import type { Loaded, Round } from './rounds.ts'
import type { Target } from './target.ts'

/** What a target came to over all rounds. */
export interface Figures {
  readonly target: Target
  readonly requests: number
  readonly good: number
  /** What became of all others, the most frequent first. */
  readonly failed: readonly (readonly [what: string, requests: number])[]
  /** Milliseconds; null where nothing was answered. */
  readonly p50: number | null
  readonly p95: number | null
  readonly p95Interval: Interval | null
  readonly p99: number | null
  readonly p999: number | null
  /** Good answers a second. */
  readonly perSecond: number
  /** Share of the requests that failed. */
  readonly failedShare: number
  /** Of one core; null where it is not known, as the two below. */
  readonly cpuPercent: number | null
  readonly cpuMicrosecondsPerRequest: number | null
  readonly residentBytes: number | null
  /** Share of the requests for which the load tester was too late. */
  readonly lateShare: number
}

export function figuresOf({ target, rounds }: Loaded): Figures {
  const total = (of: (round: Round) => number) => sum(rounds.map(of))
  const times = rounds.map(({ timesMs }) => timesMs)
  const once = rounds.map(() => 1)
  const quantile = (share: number) => numberOrNull(pooledQuantile(times, share)(once))
  const requests = total(({ due }) => due)
  const good = total(round => round.good)
  const cpu = sumOrNull(rounds.map(({ cpuMicroseconds }) => cpuMicroseconds))
  const elapsedMs = total(round => round.elapsedMs)
  const p95Interval = bootstrapInterval(rounds.length, pooledQuantile(times, 0.95))
  return {
    ...{ target, requests, good },
    failed: failedIn(rounds),
    p50: quantile(0.5),
    p95: quantile(0.95),
    p95Interval: Number.isNaN(p95Interval[0]) ? null : p95Interval,
    p99: quantile(0.99),
    p999: quantile(0.999),
    perSecond: perSecondOf(rounds, once),
    failedShare: failedShareOf(rounds, once),
    cpuPercent: cpu === null ? null : cpu / 10 / elapsedMs,
    cpuMicrosecondsPerRequest: cpu === null || good === 0 ? null : cpu / good,
    residentBytes: mostOrNull(rounds.map(({ residentBytes }) => residentBytes)),
    lateShare: total(({ late }) => late) / requests,
  }
}

/** Good answers a second of rounds, each taken so many times. */
export function perSecondOf(rounds: readonly Round[], times: readonly number[]): number {
  return (1000 * weigh(rounds, times, ({ good }) => good)) / weigh(rounds, times, elapsed)
}

function elapsed({ elapsedMs }: Round): number {
  return elapsedMs
}

/** The share of the requests that failed, likewise. */
export function failedShareOf(rounds: readonly Round[], times: readonly number[]): number {
  const due = weigh(rounds, times, round => round.due)
  return 1 - weigh(rounds, times, ({ good }) => good) / due
}

function weigh(
  rounds: readonly Round[],
  times: readonly number[],
  of: (round: Round) => number,
): number {
  return sum(rounds.map((round, i) => of(round) * (times[i] ?? 0)))
}

function failedIn(rounds: readonly Round[]): [what: string, requests: number][] {
  const found = new Map<string, number>()
  for (const [what, requests] of rounds.flatMap(({ failed }) => Object.entries(failed))) {
    found.set(what, (found.get(what) ?? 0) + requests)
  }
  return [...found].sort(([, a], [, b]) => b - a)
}

function numberOrNull(value: number): number | null {
  return Number.isNaN(value) ? null : value
}

function sumOrNull(values: readonly (number | null)[]): number | null {
  return values.includes(null) ? null : sum(values as number[])
}

function mostOrNull(values: readonly (number | null)[]): number | null {
  return values.includes(null) ? null : Math.max(...(values as number[]))
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0)
}
