import type { Clock } from '../clock.ts'

/**
 * Time in which this thread could hear what it waits for, for the limits of others. While the thread
 * stands, because it computes or gets no processor, answers arrive that it has not read: of such a time
 * one period counts, not all, so that nobody is blamed for what was there.
 */
export interface AwakeTime {
  /** Milliseconds; its zero is arbitrary. */
  now(): number
  close(): void
}

/** Calls `sweep` every `periodMs`, which is also how late this notices that the thread stood. */
export function createAwakeTime(
  clock: Clock,
  periodMs: number,
  sweep: (now: number) => void,
): AwakeTime {
  let stoodMs = 0
  let lastAt = clock.monotonic()
  const now = () => clock.monotonic() - stoodMs
  const close = clock.every(periodMs, () => {
    const at = clock.monotonic()
    stoodMs += Math.max(0, at - lastAt - periodMs)
    lastAt = at
    sweep(at - stoodMs)
  })
  return { now, close }
}
