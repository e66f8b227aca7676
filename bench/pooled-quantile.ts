/**
 * The value that this share of all rounds together does not exceed, as a function of how many times each
 * round is taken; NaN for none. A single round has too few values for a tail; all of them have enough.
 *
 * @param share Such as 0.99.
 */
export function pooledQuantile(
  rounds: readonly (readonly number[])[],
  share: number,
): (times: readonly number[]) => number {
  const worstFirst = rounds
    .flatMap((values, round) => values.map(value => ({ value, round })))
    .sort((a, b) => b.value - a.value)
  return times => {
    const total = rounds.reduce((sum, { length }, round) => sum + length * (times[round] ?? 0), 0)
    let above = total - Math.ceil(total * share)
    for (const { value, round } of worstFirst) {
      above -= times[round] ?? 0
      if (above < 0) return value
    }
    return Number.NaN
  }
}
