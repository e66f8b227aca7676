import type { Clock } from '../clock.ts'

/** Milliseconds between two lines about the same. */
const quietMs = 60_000

/** Tells the same once a minute, with how often it was left untold since the last time. */
export function createOnceAMinute(clock: Clock) {
  const told = new Map<string, { at: number; untold: number }>()

  /** `key` is what counts as the same; there are to be few of them. */
  return (key: string, tell: (untold: number) => void): void => {
    const now = clock.monotonic()
    const last = told.get(key)
    if (last !== undefined && now - last.at < quietMs) {
      last.untold++
      return
    }
    told.set(key, { at: now, untold: 0 })
    tell(last?.untold ?? 0)
  }
}
