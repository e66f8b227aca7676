/** In how many pairs something was seen, of how many. */
export interface Seen {
  readonly times: number
  readonly of: number
}

/**
 * Chance that a place in which V2 differs from V1 as V1 does from itself is ever called real, however long
 * and often one looks: with a hundred routes of a hundred such places, once in a hundred rollouts.
 */
const risk = 1e-6

/** The same for the counts of late, which begin anew thousands of times in a rollout of weeks. */
const riskOfLate = 1e-9

/** One answer of V1 that was out of the ordinary must not decide, whatever the formula says. */
const fewestNoisePairs = 5

/** Standard errors that chance explains when nothing hangs on it but the wording or one pair's weight. */
const byChance = 3

/**
 * Whether V2 differs from V1 more than V1 from itself, beyond doubt: the likelihood ratio of two rates
 * against one, less what it costs not to know the two beforehand. By Krichevsky and Trofimov (1981) their
 * mixture is below the best rate by ½·ln n + ln 2 at most, for any sequence; by Ville's inequality its
 * ratio to the truth ever reaches 1/risk with a chance of `risk` at most. See docs/adr/0013-noise-and-findings.md.
 */
export function isReal(shadow: Seen, noise: Seen, span: 'in-all' | 'of-late'): boolean {
  if (noise.of < fewestNoisePairs || shadow.of === 0) return false
  if (shadow.times * noise.of <= noise.times * shadow.of) return false
  const certain = -Math.log(span === 'in-all' ? risk : riskOfLate)
  return evidence(shadow, noise) >= certain
}

/** Logarithm of how much likelier two rates are than one, as far as it may be relied on at any time. */
function evidence(shadow: Seen, noise: Seen): number {
  const both = (shadow.times + noise.times) / (shadow.of + noise.of)
  const gained = distance(shadow, both) + distance(noise, both)
  return gained - costOf(shadow.of) - costOf(noise.of)
}

/** `n·kl(times/n, rate)` */
function distance({ times, of }: Seen, rate: number): number {
  return part(times, of * rate) + part(of - times, of * (1 - rate))
}

function part(seen: number, expected: number): number {
  return seen === 0 ? 0 : seen * Math.log(seen / expected)
}

/** What it costs at most not to know a rate beforehand. */
export function costOf(events: number): number {
  return events === 0 ? 0 : Math.log(events) / 2 + Math.LN2
}

/** How much more often V2 differs than V1 from itself, from 0 to 1; 0 where chance explains it. */
export function excess(shadow: Seen, noise: Seen): number {
  if (shadow.of === 0 || shadow.times === 0) return 0
  const rate = shadow.times / shadow.of
  if (noise.of === 0) return rate
  const noiseRate = noise.times / noise.of
  const both = (shadow.times + noise.times) / (shadow.of + noise.of)
  // With nothing seen of V1 itself, nothing is explained.
  const error =
    noise.times === 0 ? 0 : Math.sqrt(both * (1 - both) * (1 / shadow.of + 1 / noise.of))
  return rate - noiseRate > byChance * error ? rate - noiseRate : 0
}

/**
 * The share of the pairs that differ in a place which do so for another reason than V1's own noise, taken
 * to be independent of it: at rates p and q, (p − q)/(1 − q) of all pairs, or that through p of these.
 */
export function attributable(shadow: Seen, noise: Seen): number {
  const more = excess(shadow, noise)
  if (more === 0) return 0
  const rate = shadow.times / shadow.of
  const noiseRate = noise.of === 0 ? 0 : noise.times / noise.of
  return Math.min(1, more / (rate * (1 - noiseRate)))
}

const mostPairs = 1e8

/** How many more pairs decide it if both go on as they did; null where none do. */
export function pairsToDecide(shadow: Seen, noise: Seen): number | null {
  return pairsUntil((v2, v1) => isReal(v2, v1, 'in-all'), shadow, noise)
}

/** The same for anything that is decided by how often both were seen. */
export function pairsUntil(
  isDecided: (shadow: Seen, noise: Seen) => boolean,
  shadow: Seen,
  noise: Seen,
): number | null {
  if (noise.of === 0 || shadow.times === 0) return null
  const decides = (factor: number) => isDecided(times(shadow, factor), times(noise, factor))
  let enough = 1
  while (!decides(enough)) {
    enough *= 2
    if (enough * shadow.of > mostPairs) return null
  }
  let tooFew = enough / 2
  while (enough - tooFew > enough / 100) {
    const middle = (enough + tooFew) / 2
    if (decides(middle)) enough = middle
    else tooFew = middle
  }
  return Math.ceil((enough - 1) * shadow.of)
}

function times(seen: Seen, factor: number): Seen {
  return { times: seen.times * factor, of: seen.of * factor }
}
