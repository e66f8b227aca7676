import type { Clock } from '../../clock.ts'

/**
 * Calls `onStall` once when `progress()` has kept its value for `ms`: between one and two times `ms`
 * after the last change. Cheaper than a timer that every piece of data sets anew.
 */
export function whenStalled(
  clock: Clock,
  ms: number,
  progress: () => number,
  onStall: () => void,
): () => void {
  let last = progress()
  const cancel = clock.every(ms, () => {
    const now = progress()
    if (now === last) {
      cancel()
      onStall()
    }
    last = now
  })
  return cancel
}
