/** A share is kept in parts of this: the smallest is one of a trillion. */
const whole = 1e12

/**
 * Picks an exact share of what comes, evenly and not by chance: of any n in a row it picks share × n,
 * rounded down or up. In whole numbers, so that no rounding adds up over months. `share` is 0 to 1.
 */
export class Share {
  readonly #part: number
  #due = 0

  constructor(share: number) {
    this.#part = Math.round(share * whole)
  }

  picks(): boolean {
    this.#due += this.#part
    if (this.#due < whole) return false
    this.#due -= whole
    return true
  }
}
