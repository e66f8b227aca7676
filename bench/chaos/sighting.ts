import type { Reply } from '../failover/clients.ts'
import { dueWithin, hasFailed, quantileMs } from '../failover/replies.ts'
import type { Arrival } from '../failover/service.ts'

/** What was seen of a fault. Times are wall-clock milliseconds. */
export interface Sighting {
  /** All requests, those before the fault too. */
  readonly replies: readonly Reply[]
  /** What came to V1 and V2. */
  readonly arrivals: readonly Arrival[]
  readonly faultAt: number
  /** When it was taken back; when it was made, where it stays. */
  readonly overAt: number
  /** Switches back that workers told of. */
  readonly switchesBack: number
  /** What was worse beside the requests, in words. */
  readonly noted: readonly string[]
}

/** How many requests since the fault ended how, the most frequent first: `200`, `503`, `ECONNRESET`, `cut`. */
export function endingsOf(sighting: Sighting): [what: string, requests: number][] {
  const found = new Map<string, number>()
  for (const { status, error } of since(sighting)) {
    const word = error ?? String(status)
    found.set(word, (found.get(word) ?? 0) + 1)
  }
  return [...found].sort(([, a], [, b]) => b - a)
}

export function since({ replies, faultAt }: Sighting): Reply[] {
  return replies.filter(({ endedAt }) => endedAt >= faultAt)
}

export function failedSince(sighting: Sighting): Reply[] {
  return since(sighting).filter(hasFailed)
}

/** Requests at the end that must all be answered well: then it is over. */
const wellAtLast = 20

/**
 * Milliseconds from the end of the fault, or from when it was made where it stays, until the last request was
 * due that failed: 0 where none did, null where they still fail.
 */
export function recoveryMs(sighting: Sighting): number | null {
  const inOrder = sighting.replies.toSorted((a, b) => a.dueAt - b.dueAt)
  if (inOrder.length === 0 || inOrder.slice(-wellAtLast).some(hasFailed)) return null
  const last = failedSince(sighting).reduce((most, { dueAt }) => Math.max(most, dueAt), 0)
  return Math.max(0, last - sighting.overAt)
}

/** p99 of the requests before the fault, and of those since. */
export function p99s({ replies, faultAt }: Sighting): readonly [number | null, number | null] {
  return [
    quantileMs(dueWithin(replies, 0, faultAt), 0.99),
    quantileMs(dueWithin(replies, faultAt, Number.POSITIVE_INFINITY), 0.99),
  ]
}
