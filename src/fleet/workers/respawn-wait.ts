const firstMs = 100
const longestMs = 10_000
/** Milliseconds that a worker must live for its death to be news, not one of a row. */
const steadyMs = 30_000

/** Milliseconds before a dead worker is started anew: doubles while they die young. `before` 0 for the first. */
export function respawnWait(before: number, aliveMs: number): number {
  if (before === 0 || aliveMs >= steadyMs) return firstMs
  return Math.min(before * 2, longestMs)
}
