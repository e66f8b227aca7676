/** What the copies of one policy may use at a time, in this worker. */
export interface ShadowLimits {
  /** Copies waiting for their turn or under way. */
  readonly slots: Ledger
  /** Bytes of bodies that are kept. */
  readonly bytes: Ledger
}

/** Something of which there is only so much. */
export class Ledger {
  readonly #most: number
  #taken = 0

  constructor(most: number) {
    this.#most = most
  }

  get taken(): number {
    return this.#taken
  }

  /** Whether so much is left. */
  has(amount: number): boolean {
    return this.#taken + amount <= this.#most
  }

  /** False, with nothing taken, where so much is not left. */
  take(amount: number): boolean {
    if (!this.has(amount)) return false
    this.#taken += amount
    return true
  }

  give(amount: number): void {
    this.#taken -= amount
  }
}
