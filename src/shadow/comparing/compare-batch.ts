import { compareAnswers } from '../compare/compare-answers.ts'
import type { ComparingRule } from '../compare/comparing-rule.ts'
import { differenceKey, type FoundDifference } from '../compare/found.ts'
import { type Plan, planOf } from '../compare/plan.ts'
import type { NotCompared, Sample } from '../difference.ts'
import { sampleOf } from '../mask/sample-of.ts'
import { type Batch, type BatchPair, readBatch, type Sums } from './batch.ts'
import { comparedHeaders } from './compared-headers.ts'
import { signatureText } from './signature-text.ts'
import type { ComparedPairs, SumsResult } from './thread-messages.ts'

/** Samples of one difference in one report. */
const maxSamplesEach = 3
/** Samples of one route in one report. */
const maxSamples = 64

interface Counts {
  pairs: number
  readonly notCompared: Map<NotCompared, number>
  readonly signatures: Map<string, number>
}

/**
 * Compares the pairs of one route, whose path prefix is `matchPath`.
 * @param rest Called before each of them.
 */
export function createBatchComparing(rule: ComparingRule, matchPath: string, rest: () => void) {
  const plan = planOf(rule)
  const names = comparedHeaders(rule)
  let period = -1
  let sampled = 0
  let samplesOf = new Map<string, number>()

  function keepSamples(into: Sample[], found: readonly FoundDifference[], pair: BatchPair): void {
    for (const difference of found) {
      if (sampled === maxSamples) return
      const key = differenceKey(difference)
      const kept = samplesOf.get(key) ?? 0
      if (kept === maxSamplesEach) continue
      samplesOf.set(key, kept + 1)
      sampled++
      into.push(sampleOf(difference, pair, matchPath))
    }
  }

  /**
   * Yields what is done whenever `isEnough` says so, and returns the last of it. Where it is told then not to
   * go on, all that is left is `busy`.
   */
  return function* compareBatch(
    batch: Batch,
    inPeriod: number,
    isEnough: () => boolean,
  ): Generator<ComparedPairs, ComparedPairs, boolean> {
    if (inPeriod !== period) {
      period = inPeriod
      sampled = 0
      samplesOf = new Map()
    }
    let mayGoOn = true
    let done = 0
    let counts = new Map<Sums, Counts>()
    let samples: Sample[] = []
    for (const pair of readBatch(batch, names)) {
      if (mayGoOn && done > 0 && isEnough()) {
        mayGoOn = yield { done, results: [...counts].map(resultOf), samples }
        done = 0
        counts = new Map()
        samples = []
      }
      done++
      const count = countsOf(counts, pair.sums)
      if (!mayGoOn) {
        add(count.notCompared, 'busy')
        continue
      }
      rest()
      const { comparison, found } = compareSafely(pair, plan)
      if (comparison.verdict === 'not-compared') add(count.notCompared, comparison.reason)
      else count.pairs++
      if (comparison.verdict !== 'different') continue
      add(count.signatures, signatureText(comparison.differences))
      if (pair.sums !== 'noise') keepSamples(samples, found, pair)
    }
    return { done, results: [...counts].map(resultOf), samples }
  }
}

/** An error of ours must cost its own pair alone. */
function compareSafely(pair: BatchPair, plan: Plan): ReturnType<typeof compareAnswers> {
  try {
    return compareAnswers(pair, plan)
  } catch {
    return { comparison: { verdict: 'not-compared', reason: 'failed' }, found: [] }
  }
}

function countsOf(all: Map<Sums, Counts>, sums: Sums): Counts {
  let counts = all.get(sums)
  if (counts === undefined) {
    counts = { pairs: 0, notCompared: new Map(), signatures: new Map() }
    all.set(sums, counts)
  }
  return counts
}

function add<Key>(counts: Map<Key, number>, key: Key): void {
  counts.set(key, (counts.get(key) ?? 0) + 1)
}

function resultOf([sums, { pairs, notCompared, signatures }]: [Sums, Counts]): SumsResult {
  return { sums, pairs, notCompared: [...notCompared], signatures: [...signatures] }
}
