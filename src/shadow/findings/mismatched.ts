import type { Stretch } from './stretch.ts'
import type { Weight } from './verdicts.ts'

/** Pairs, or parts of them that noise does not explain. */
export interface Weighed {
  readonly mismatched: number
  readonly undecided: number
}

/**
 * How many of these pairs are mismatches, and of how many that is not known. A pair that differs in several
 * places weighs as much as the weightiest: that one alone makes it a mismatch as often. Where a pair is told
 * by a few of its places the weightiest may be among the others, and be seen in its own count alone.
 */
export function weigh(
  { compared, seen, together }: Pick<Stretch, 'compared' | 'seen' | 'together'>,
  weightOf: (place: string) => Weight | undefined,
): Weighed {
  let mismatched = 0
  let undecided = 0
  for (const { places, pairs } of together.values()) {
    const weights = places.map(weightOf)
    const mismatch = Math.max(0, ...weights.map(each => each?.mismatch ?? 0))
    const unknown = Math.max(0, ...weights.map(each => each?.undecided ?? 0))
    mismatched += pairs * mismatch
    undecided += pairs * Math.min(unknown, 1 - mismatch)
  }
  let unknown = 0
  for (const [place, { shadow, unrepeatable }] of seen) {
    const weight = weightOf(place)
    if (weight === undefined) continue
    const pairs = shadow + unrepeatable
    mismatched = Math.max(mismatched, pairs * weight.mismatch)
    unknown = Math.max(unknown, pairs * weight.undecided)
  }
  const left = Math.max(0, compared.shadow + compared.unrepeatable - mismatched)
  return { mismatched, undecided: Math.min(left, Math.max(undecided, unknown - mismatched)) }
}

/** Rounding of sums, well below one pair. */
const tolerance = 1e-6

/** Makes whole pairs out of parts, none of which is lost: what is left over is carried on. */
export function createWholePairs() {
  let left = 0
  return (part: number): number => {
    left += part
    const whole = Math.floor(left + tolerance)
    left -= whole
    return whole
  }
}
