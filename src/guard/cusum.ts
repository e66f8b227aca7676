/** Events and the bad ones among them. */
export interface Tally {
  readonly bad: number
  readonly events: number
}

/**
 * Evidence that piles up and never falls below zero, once for each of several alternatives. `over` is
 * when one of them stands at the threshold; `breached` stays until all are back at zero.
 */
export interface Cusum {
  /** Adds logarithms of likelihood ratios, one for each alternative; returns `over`. */
  add(evidence: Float64Array, events: number, bad: number): boolean
  readonly over: boolean
  readonly breached: boolean
  /** Height of the highest, 0 to 1, where 1 is the threshold. */
  readonly height: number
  /** What was counted since the highest last stood at zero. */
  since(): Tally
  reset(): void
}

export function createCusum(alternatives: number, threshold: number): Cusum {
  const heights = new Float64Array(alternatives)
  const eventsAtZero = new Float64Array(alternatives)
  const badAtZero = new Float64Array(alternatives)
  let events = 0
  let bad = 0
  let top = 0
  let breached = false

  return {
    add(evidence, moreEvents, moreBad) {
      events += moreEvents
      bad += moreBad
      top = 0
      for (let j = 0; j < alternatives; j++) {
        let height = (heights[j] as number) + (evidence[j] as number)
        if (height <= 0) {
          height = 0
          eventsAtZero[j] = events
          badAtZero[j] = bad
        } else if (height > threshold) {
          // What is beyond belief already must not take as long again to be forgotten.
          height = threshold
        }
        heights[j] = height
        if (height > top) top = height
      }
      if (top === 0) breached = false
      else if (top >= threshold) breached = true
      return top >= threshold
    },
    get over() {
      return top >= threshold
    },
    get breached() {
      return breached
    },
    get height() {
      return top / threshold
    },
    since() {
      const highest = heights.indexOf(Math.max(...heights))
      return {
        bad: bad - (badAtZero[highest] ?? 0),
        events: events - (eventsAtZero[highest] ?? 0),
      }
    },
    reset() {
      heights.fill(0)
      eventsAtZero.fill(events)
      badAtZero.fill(bad)
      top = 0
      breached = false
    },
  }
}
