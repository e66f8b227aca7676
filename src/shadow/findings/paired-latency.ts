import type { PairedLatency } from '../finding.ts'
import { middleOfBucket } from '../latency-buckets.ts'
import { count, milliseconds } from './numbers-in-words.ts'
import { costOf } from './significance.ts'
import type { Sums } from './sums.ts'

/** How often the median may ever be outside of what is said, however often one looks. */
const risk = 0.05

/** Below, the interval is all there is. */
const fewestPairs = 20

interface Median {
  readonly pairs: number
  readonly middle: number
  readonly low: number
  readonly high: number
}

/** What was paired, in words and numbers; null while too little was. */
export function pairedLatency({ shadow, noise }: Sums['latency']): PairedLatency | null {
  const ofV2 = medianOf(shadow)
  if (ofV2 === null) return null
  const ofV1 = medianOf(noise)
  const { pairs, middle, low, high } = ofV2
  return {
    pairs,
    medianMs: middle,
    lowMs: low,
    highMs: high,
    ofV1Itself: ofV1 === null ? null : { pairs: ofV1.pairs, medianMs: ofV1.middle },
    text: `${inWords(ofV2)}${ofV1 === null ? '' : besideV1(ofV1)}`,
  }
}

function inWords({ pairs, middle, low, high }: Median): string {
  const sure = `95 % sure: ${milliseconds(low)} to ${milliseconds(high)} ms`
  const requests = `for the same request, in the median of ${count(pairs)} (${sure})`
  if (low <= 0 && high >= 0) return `V2 is not proven slower or faster ${requests}`
  const than = middle < 0 ? 'less' : 'more'
  return `V2 takes ${milliseconds(Math.abs(middle))} ms ${than} than V1 ${requests}`
}

function besideV1({ pairs, middle }: Median): string {
  const than = middle < 0 ? 'less' : 'more'
  return `; V1 asked once more takes ${milliseconds(Math.abs(middle))} ms ${than} than the first time (${count(pairs)} pairs)`
}

/**
 * The median with the interval in which it lies at any time with 95 % confidence, whatever the
 * distribution: below the true median falls each time with a chance of one half, so a value below which
 * so few or so many fell that a fair coin would hardly ever do it is not the median.
 */
function medianOf(buckets: Readonly<Partial<Record<string, number>>>): Median | null {
  const sorted = Object.entries(buckets)
    .map(([bucket, pairs = 0]) => ({ ms: middleOfBucket(bucket), pairs }))
    .filter((each): each is { ms: number; pairs: number } => each.ms !== null && each.pairs > 0)
    .sort((a, b) => a.ms - b.ms)
  const pairs = sorted.reduce((sum, each) => sum + each.pairs, 0)
  if (pairs < fewestPairs) return null
  let [low, middle, high] = [Number.NaN, Number.NaN, Number.NaN]
  let below = 0
  for (const each of sorted) {
    const upTo = below + each.pairs
    if (Number.isNaN(low) && (upTo * 2 >= pairs || !isUnfair(upTo, pairs))) low = each.ms
    if (Number.isNaN(middle) && upTo * 2 >= pairs) middle = each.ms
    if (below * 2 <= pairs || !isUnfair(below, pairs)) high = each.ms
    below = upTo
  }
  return { pairs, middle, low, high }
}

/** Whether a fair coin hardly ever shows so few heads, or so many, at any time; see significance.ts. */
function isUnfair(heads: number, throws: number): boolean {
  const tails = throws - heads
  const part = (seen: number) => (seen === 0 ? 0 : seen * Math.log((2 * seen) / throws))
  return part(heads) + part(tails) - costOf(throws) >= -Math.log(risk)
}
