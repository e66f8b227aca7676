/** A share is kept in parts of this: the smallest is one in a trillion. */
const whole = 1e12

/**
 * Picks an exact share of what comes: of every run of 1/share requests just one. Which one of a run is by
 * chance, or traffic that has a rhythm would have the same requests picked again and again, and V2 be held
 * against the noise of others. In whole numbers, so that no rounding adds up over months. `share` is 0 to 1.
 */
export class Share {
  readonly #part: number
  readonly #random: () => number
  #due = 0
  /** Requests of the run that are still to come, and how many of them after the one to pick. */
  #left = 0
  #pickAt = 0

  constructor(share: number, random: () => number) {
    this.#part = Math.round(share * whole)
    this.#random = random
  }

  picks(): boolean {
    if (this.#part === 0) return false
    if (this.#left === 0) this.#begin()
    this.#left--
    return this.#left === this.#pickAt
  }

  #begin(): void {
    this.#left = Math.ceil((whole - this.#due) / this.#part)
    this.#due += this.#left * this.#part - whole
    // Where all are picked, which of one needs no chance.
    this.#pickAt = this.#left === 1 ? 0 : Math.floor(this.#random() * this.#left)
  }
}
