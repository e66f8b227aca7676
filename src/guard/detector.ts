import { type Cusum, createCusum } from './cusum.ts'

/** What one event says for each alternative share of bad events, and when that is enough. */
export interface DetectorDesign {
  readonly onBad: Float64Array
  readonly onGood: Float64Array
  readonly threshold: number
}

/** How many times worse than allowed V2 might be. One of them is never far from the truth. */
const timesWorse = [1.5, 2, 4, 10, 40]

/**
 * The steps of a mixture CUSUM (an e-detector; Shin, Ramdas and Rinaldo 2022) for a budget: the
 * logarithm of how much likelier an event is under each alternative than exactly on budget. With the
 * threshold ln(certainty × alternatives) the mean number of events to a false alarm is at least
 * `certainty` for any V2 within its budget.
 *
 * Where nothing bad is allowed, one bad event proves the breach and no good one makes up for it.
 * Where everything is allowed, there is nothing to detect.
 */
export function designDetector(allowed: number, certainty: number): DetectorDesign {
  if (allowed <= 0) {
    return { onBad: Float64Array.of(1), onGood: Float64Array.of(0), threshold: 1 }
  }
  const shares = alternativesTo(allowed)
  return {
    onBad: Float64Array.from(shares, share => Math.log(share / allowed)),
    onGood: Float64Array.from(shares, share => Math.log((1 - share) / (1 - allowed))),
    threshold: Math.log(certainty * Math.max(1, shares.length)),
  }
}

/** So many times more bad events, or so many times fewer good ones, whichever is nearer; and a half. */
function alternativesTo(allowed: number): number[] {
  const shares = timesWorse.map(times => Math.min(allowed * times, 1 - (1 - allowed) / times))
  return [...new Set([...shares, 0.5])].filter(share => share > allowed)
}

/** Judges one stream of good and bad events, in a handful of additions for each. */
export interface Detector extends Pick<Cusum, 'over' | 'breached' | 'height' | 'since' | 'reset'> {
  /** Returns whether the evidence stands at the threshold now. */
  add(isBad: boolean): boolean
  /**
   * Events whose order is lost, as one step: it starts no lower than zero and is looked at only at its
   * end, so it is never more eager than the true order.
   */
  addBatch(bad: number, good: number): boolean
}

export function createDetector({ onBad, onGood, threshold }: DetectorDesign): Detector {
  const cusum = createCusum(onBad.length, threshold)
  const evidence = new Float64Array(onBad.length)
  return {
    add: isBad => cusum.add(isBad ? onBad : onGood, 1, isBad ? 1 : 0),
    addBatch(bad, good) {
      for (let j = 0; j < evidence.length; j++) {
        evidence[j] = bad * (onBad[j] as number) + good * (onGood[j] as number)
      }
      return cusum.add(evidence, bad + good, bad)
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
    reset: cusum.reset,
  }
}
