import type { Clock } from '../../clock.ts'

/** Calls `action` once after `ms`, unless the returned function is called first. */
export function after(clock: Clock, ms: number, action: () => void): () => void {
  const cancel = clock.every(ms, () => {
    cancel()
    action()
  })
  return cancel
}

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
