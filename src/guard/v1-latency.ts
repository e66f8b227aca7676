import { neverStep } from './latency-steps.ts'

/** Answers of V1 in one generation, and for how long it may gather them; two are looked at. */
const generationEvents = 5000
const generationMs = 300_000

/** How many standard errors above V1's quantile the limit lies, so that chance in V1 is not held against V2. */
const standardErrors = 3

/** V1's latency of late: the last 5,000 to 10,000 answers, none older than ten minutes. */
export function createV1Latency(quantile: number) {
  let current = new Uint32Array(neverStep + 1)
  let before = new Uint32Array(neverStep + 1)
  let events = 0
  let eventsBefore = 0
  let since: number | null = null

  return {
    add(steps: ReadonlyMap<number, number>, now: number): void {
      since ??= now
      if (events >= generationEvents || now - since >= generationMs) {
        before = current
        eventsBefore = events
        current = new Uint32Array(neverStep + 1)
        events = 0
        since = now
      }
      for (const [step, count] of steps) {
        if (step > neverStep) continue
        current[step] = (current[step] ?? 0) + count
        events += count
      }
    },
    /** Step that V1's quantile does not exceed, with certainty; null where V1 answered too little to say. */
    limitStep(): number | null {
      const all = events + eventsBefore
      const error = Math.sqrt((quantile * (1 - quantile)) / all)
      const rank = Math.ceil((quantile + standardErrors * error) * all)
      if (all === 0 || rank >= all) return null
      let below = 0
      let step = -1
      while (below < rank && step < neverStep) {
        step++
        below += (current[step] as number) + (before[step] as number)
      }
      // A V1 that never answers in time sets no limit.
      return step < neverStep ? step : null
    },
  }
}

export type V1Latency = ReturnType<typeof createV1Latency>
