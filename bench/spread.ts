/** Median and range of some rounds. */
export interface Spread {
  readonly median: number
  readonly min: number
  readonly max: number
}

export function spreadOf(values: readonly number[]): Spread | null {
  if (values.length === 0) return null
  const sorted = values.toSorted((a, b) => a - b)
  const middle = (sorted.length - 1) / 2
  const [low, high] = [sorted[Math.floor(middle)] as number, sorted[Math.ceil(middle)] as number]
  return {
    median: (low + high) / 2,
    min: sorted[0] as number,
    max: sorted.at(-1) as number,
  }
}

/** `12.3 (11.9–12.8)`, or a dash for nothing. */
export function inWords(spread: Spread | null, digits: number): string {
  if (spread === null) return '–'
  const [median, min, max] = [spread.median, spread.min, spread.max].map(n => n.toFixed(digits))
  return min === max ? `${median}` : `${median} (${min}–${max})`
}
