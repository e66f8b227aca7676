import type { Answered } from './traffic.ts'

/** What clients had of a V2 that fails. */
export interface Cost {
  /** Requests that were not answered with 2xx. */
  readonly errors: Readonly<Record<Answered['method'], number>>
  /** Requests that V2 failed and V1 answered. */
  readonly answeredByV1: number
}

/** Counts what failing costs the clients, from `since` (wall-clock milliseconds) on. */
export function createCost(since: number) {
  const errors = { GET: 0, POST: 0 }
  let answeredByV1 = 0
  let failedByV2 = 0
  let from = since

  return {
    add({ method, failed, failedByV2: isOfV2, sentAt }: Answered): void {
      if (failed) errors[method]++
      if (!isOfV2) return
      if (!failed) answeredByV1++
      if (sentAt >= from) failedByV2++
    },
    soFar: (): Cost => ({ errors: { ...errors }, answeredByV1 }),
    /** Requests sent since then that V2 failed, which V2 itself cannot count once it is gone. */
    failedByV2: () => failedByV2,
    countFailuresAnew(now: number): void {
      from = now
      failedByV2 = 0
    },
  }
}
