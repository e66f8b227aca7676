import { createCusum } from './cusum.ts'

/** Two variants in the same quarter second. */
export interface Contrasted {
  readonly v1: { readonly events: number; readonly bad: number }
  readonly v2: { readonly events: number; readonly bad: number }
}

/** How many times worse than allowed V2 might be, and how many times better. */
const timesWorse = [1.5, 2, 4, 10, 40]
const timesBetter = [1.5, 2, 4]

/**
 * A batch decides nothing by itself: a slow answer is counted when it ends, so for the time that one
 * variant takes longer than the other their counts are of different moments.
 */
const batchesToDecide = 12

/** Chance of a pass that is in truth none, as in proven-within.ts. */
const passRisk = 0.05

/**
 * What a batch says of the ratio of V2's share of bad events to V1's: the logarithm of how much
 * likelier its bad events fall to V1 and V2 as they did if V2 were `ratio` times worse than `times`
 * V1, than if it were exactly `times`. A V2 within `times` V1 cannot make it grow in the mean, whatever
 * V1's share is and however it moves; see docs/adr/0008-relative-budgets.md.
 */
export function evidenceOf({ v1, v2 }: Contrasted, times: number, ratio: number): number {
  if (v1.events === 0 || v2.events === 0) return 0
  const even = v1.events + v2.events * times
  const shifted = v1.events + v2.events * times * ratio
  return v2.bad * Math.log((ratio * even) / shifted) + v1.bad * Math.log(even / shifted)
}

/** Judges whether V2's share of bad events is above `times` V1's, batch by batch. */
export function createContrast(times: number, certainty: number) {
  const threshold = Math.log(certainty * timesWorse.length)
  const most = threshold / batchesToDecide
  const cusum = createCusum(timesWorse.length, threshold)
  const evidence = new Float64Array(timesWorse.length)
  const forV2 = new Float64Array(timesBetter.length)

  return {
    /** Returns whether the evidence stands at the threshold now. */
    add(batch: Contrasted): boolean {
      for (const [j, ratio] of timesWorse.entries()) {
        evidence[j] = Math.min(most, evidenceOf(batch, times, ratio))
      }
      for (const [j, better] of timesBetter.entries()) {
        forV2[j] = (forV2[j] as number) + Math.min(most, evidenceOf(batch, times, 1 / better))
      }
      return cusum.add(evidence, batch.v2.events, batch.v2.bad)
    },
    get over() {
      return cusum.over
    },
    get breached() {
      return cusum.breached
    },
    get height() {
      return cusum.height
    },
    since: cusum.since,
    /** How far it is proven that V2 is within, from 0 to 1. */
    get proven() {
      const strength = Math.max(...forV2) / Math.log(timesBetter.length / passRisk)
      return Math.min(1, Math.max(0, strength))
    },
  }
}

export type Contrast = ReturnType<typeof createContrast>
