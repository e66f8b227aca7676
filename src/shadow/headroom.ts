import type { Clock } from '../clock.ts'

/** Milliseconds that are judged as one: long enough that a garbage collection is not taken for load. */
const periodMs = 250
/** How much more of the copies are made after a period with room, and below which share none is. */
const rise = 1 / 16

/** How busy the event loop of this worker is: shares from 0 to 1, a period each. Returns how to stop. */
export function watchLoopLoad(clock: Clock, onLoad: (load: number) => void): () => void {
  let before = { at: clock.monotonic(), idle: clock.idle() }
  return clock.every(periodMs, () => {
    const now = { at: clock.monotonic(), idle: clock.idle() }
    onLoad(1 - (now.idle - before.idle) / (now.at - before.at))
    before = now
  })
}

/**
 * How many of the copies an event loop has room for, beside what clients ask of it. The busier a loop is,
 * the longer each request waits for its turn, and the last tenths cost most: copies leave them to clients.
 * The share halves where a period is busier than `maxLoad` and rises evenly where not, as a sender's
 * window does (RFC 5681 section 3.1): so it finds what fits without knowing what a copy costs.
 */
export class Headroom {
  readonly #maxLoad: number
  readonly #random: () => number
  #share = 1

  /** @param maxLoad 0 to 1; 1: there is always room. */
  constructor(maxLoad: number, random: () => number) {
    this.#maxLoad = maxLoad
    this.#random = random
  }

  /** A period is over. */
  look(load: number): void {
    if (load <= this.#maxLoad) this.#share = Math.min(1, this.#share + rise)
    else this.#share = this.#share > rise ? this.#share / 2 : 0
  }

  /** Whether there is room for a copy; which one gets it is left to chance. */
  has(): boolean {
    return this.#share === 1 || this.#random() < this.#share
  }
}
