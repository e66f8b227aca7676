import type { Counts } from './observation.ts'

/** V2 counts as live for so long after a client's request last reached it: a quiet night is not 0 %. */
export const liveForMs = 3_600_000

/** Name of the count of clients' requests that reached V2 of a flag; the requests of testers are none. */
export function liveName(flag: string): string {
  return `${prefix}${flag}`
}

const prefix = 'live v2 of '

/** How many clients' requests reached V2, by flag. */
export function liveRequests(counts: Counts): [flag: string, requests: number][] {
  const found = Object.entries(counts).filter(
    ([name, count]) => name.startsWith(prefix) && count > 0,
  )
  return found.map(([name, count]) => [name.slice(prefix.length), count])
}

/** Whether a report of counts saw V2 asked for a client. */
export function sawLive(counts: Counts, flag: string): boolean {
  return (counts[liveName(flag)] ?? 0) > 0
}

/** When V2 of each flag was last asked for a client. Times are monotonic milliseconds. */
export function createLiveV2() {
  const lastAt = new Map<string, number>()

  return {
    saw: (flag: string, now: number): void => void lastAt.set(flag, now),
    isLive: (flag: string, now: number) =>
      now - (lastAt.get(flag) ?? Number.NEGATIVE_INFINITY) < liveForMs,
    forget: (flag: string): void => void lastAt.delete(flag),
  }
}
