import { addBatch, type Batch, emptyBatch } from './case.ts'

/** Milliseconds of traffic that are compared as one; reports come about as often. */
const batchMs = 250

/** Reports arrive a little early or late. */
const toleranceMs = 25

/**
 * Gathers what several workers report within a quarter second, so that V1 and V2 are compared over all
 * of them. Returns a batch once it is whole.
 */
export function createQuarterSeconds() {
  let gathered = emptyBatch()
  let since: number | null = null

  return (batch: Batch, now: number): Batch | null => {
    let whole: Batch | null = null
    if (since !== null && now - since >= batchMs - toleranceMs) {
      whole = gathered
      gathered = emptyBatch()
      since = null
    }
    since ??= now
    addBatch(gathered, batch)
    return whole
  }
}
