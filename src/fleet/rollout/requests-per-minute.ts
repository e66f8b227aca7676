/** Milliseconds over which the pace of requests is taken. */
const overMs = 300_000

/** How many requests of V2 come in a minute, over the last five. Times are monotonic milliseconds. */
export function createPace() {
  let seen: { readonly at: number; readonly requests: number }[] = []
  let since: number | null = null

  return {
    add(requests: number, now: number): void {
      since ??= now
      if (requests > 0) seen.push({ at: now, requests })
      seen = seen.filter(({ at }) => now - at < overMs)
    },
    perMinute(now: number): number {
      const lastedMs = Math.min(overMs, Math.max(1000, now - (since ?? now)))
      const requests = seen.reduce((sum, each) => sum + each.requests, 0)
      return (requests / lastedMs) * 60_000
    },
  }
}
