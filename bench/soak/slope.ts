import type { Interval } from '../bootstrap.ts'

export interface Point {
  readonly x: number
  readonly y: number
}

export interface Slope {
  /** y for each x; NaN for fewer than three points. */
  readonly slope: number
  /** Between which two it lies with a certainty of 95 %. */
  readonly interval: Interval
}

/** Of a normal distribution, with 2.5 % above it. */
const outside = 1.96

/**
 * The slope through points, by Theil (1950) and Sen (1968): the median of the slopes between any two of
 * them. A few points that are far off, as just before a collection, hardly move it. The interval is Sen's,
 * from the variance of Kendall's statistic: that many of the ordered slopes away from the median.
 */
export function slopeOf(points: readonly Point[]): Slope {
  const n = points.length
  if (n < 3) return { slope: Number.NaN, interval: [Number.NaN, Number.NaN] }
  const slopes = points
    .flatMap((a, i) =>
      points.slice(i + 1).flatMap(b => (b.x === a.x ? [] : [(b.y - a.y) / (b.x - a.x)])),
    )
    .sort((a, b) => a - b)
  const count = slopes.length
  const spread = outside * Math.sqrt((n * (n - 1) * (2 * n + 5)) / 18)
  const at = (position: number) =>
    slopes[Math.min(count - 1, Math.max(0, Math.round(position)))] as number
  const middle = (count - 1) / 2
  return {
    slope: ((slopes[Math.floor(middle)] as number) + (slopes[Math.ceil(middle)] as number)) / 2,
    interval: [at((count - spread) / 2 - 1), at((count + spread) / 2)],
  }
}
