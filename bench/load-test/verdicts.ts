import { bootstrapInterval, type Interval } from '../bootstrap.ts'
import { pooledQuantile } from '../pooled-quantile.ts'
import { failedShareOf, perSecondOf } from './figures.ts'
import type { Measure, Promised } from './promises.ts'
import type { Loaded, Round } from './rounds.ts'
import { titles } from './target.ts'

export type Verdict = 'pass' | 'fail' | 'cannot-tell'

export interface Judged extends Promised {
  readonly verdict: Verdict
  /** What was measured, in the promise's own measure; NaN for nothing. */
  readonly found: number
  readonly interval: Interval
  /** Why it cannot be told, in a sentence without its full stop; empty otherwise. */
  readonly why: string
}

/**
 * Between the lowest and the highest of this many rounds lies the middle of all that might be played with a
 * certainty of 97 %; of fewer, with less than 95 %. No arithmetic makes up for that.
 */
export const leastRounds = 6
/** The slowest five of a hundred decide a p95: above this share the load tester itself may be too many of them. */
const mostLate = 0.02

/** Judges the promises of targets that were loaded; those of others are left out. */
export function judge(promises: readonly Promised[], loaded: readonly Loaded[]): Judged[] {
  return promises.flatMap(promised => {
    const [one, other] = [promised.of, promised.against].map(name =>
      loaded.find(({ target }) => target.name === name),
    )
    return one === undefined || other === undefined ? [] : [judgeOne(promised, one, other)]
  })
}

function judgeOne(promised: Promised, one: Loaded, other: Loaded): Judged {
  const statistic = compare[promised.measure](one.rounds, other.rounds)
  const rounds = Math.min(one.rounds.length, other.rounds.length)
  const found = statistic(Array.from({ length: rounds }, () => 1))
  const interval = bootstrapInterval(rounds, statistic)
  const why = doubt(promised.measure, [one, other])
  const verdict = why === '' ? decide(interval, promised) : 'cannot-tell'
  const isOpen = verdict === 'cannot-tell' && why === ''
  return { ...promised, verdict, found, interval, why: isOpen ? open(interval) : why }
}

/** By the whole interval: what lies on both sides of the limit is not decided. */
export function decide(
  [low, high]: Interval,
  { limit, isMost }: Pick<Promised, 'limit' | 'isMost'>,
): Verdict {
  if (isMost ? high <= limit : low >= limit) return 'pass'
  if (isMost ? low > limit : high < limit) return 'fail'
  return 'cannot-tell'
}

function open([low]: Interval): string {
  return Number.isNaN(low)
    ? 'nothing was answered'
    : 'the interval lies on both sides of the limit; more rounds, or longer ones, make it narrower'
}

/** Why figures cannot be believed, however they came out; empty where they can. */
function doubt(measure: Measure, both: readonly Loaded[]): string {
  if (both.some(({ rounds }) => rounds.length < leastRounds)) {
    return `a verdict needs at least ${leastRounds} rounds`
  }
  const late = both.filter(({ rounds }) => lateShareOf(rounds) > mostLate)
  if (measure !== 'p95' || late.length === 0) return ''
  const names = late.map(({ target }) => titles[target.name]).join(' and ')
  return `the load tester itself was late for more than 2 % of the requests to ${names}: this machine has too much to do`
}

function lateShareOf(rounds: readonly Round[]): number {
  const total = (of: (round: Round) => number) => rounds.reduce((sum, round) => sum + of(round), 0)
  return total(({ late }) => late) / total(({ due }) => due)
}

type Statistic = (times: readonly number[]) => number

/** One side beside the other, of rounds of the same number: they ran one after the other. */
const compare: Readonly<
  Record<Measure, (one: readonly Round[], other: readonly Round[]) => Statistic>
> = {
  p95(one, other) {
    const [a, b] = [one, other].map(rounds =>
      pooledQuantile(
        rounds.map(({ timesMs }) => timesMs),
        0.95,
      ),
    ) as [Statistic, Statistic]
    return times => a(times) / b(times)
  },
  throughput: (one, other) => times => perSecondOf(one, times) / perSecondOf(other, times),
  errors: (one, other) => times => failedShareOf(one, times) - failedShareOf(other, times),
}

/** One broken promise is enough; none must be open for a pass. */
export function overall(judged: readonly { readonly verdict: Verdict }[]): Verdict {
  if (judged.some(({ verdict }) => verdict === 'fail')) return 'fail'
  return judged.every(({ verdict }) => verdict === 'pass') ? 'pass' : 'cannot-tell'
}
