/** Bodies in a row that took the thread all the time there is, after which their mapping rests. */
const maxOverruns = 3
/** Milliseconds of a rest at least. */
const minRestMs = 5000
/**
 * How much longer than its last try a mapping rests: with one body tried between two rests it has a
 * tenth of the thread at most, however slow it is.
 */
const restFactor = 9

/**
 * Whether a mapping rests: its expression overran several times in a row, so most likely it will again.
 * When the rest is over one body is tried; one that does not overrun ends it.
 */
export class Rest {
  #overruns = 0
  #until = 0

  /** Whether its next body is refused. `underWay`: of its bodies, those that wait or are being mapped. */
  refuses(now: number, underWay: number): boolean {
    return this.#overruns >= maxOverruns && (underWay > 0 || now < this.#until)
  }

  /** A body of it overran, for which the thread was taken for so long; true when it rests from now on. */
  overran(now: number, tookMs: number): boolean {
    this.#overruns++
    this.#until = now + Math.max(minRestMs, tookMs * restFactor)
    return this.#overruns >= maxOverruns
  }

  /** A body of it was mapped, or failed in time. */
  kept(): void {
    this.#overruns = 0
  }
}
