import type { Account } from './account.ts'
import type { Blocks } from './blocks.ts'
import type { Headroom } from './headroom.ts'

/** What the copies of one policy may use at a time, in this worker. */
export interface ShadowLimits {
  /** Copies waiting for their turn or under way. */
  readonly slots: Ledger
  /** Bytes of bodies that are kept. */
  readonly bytes: Ledger
  /** Where they are kept. */
  readonly blocks: Blocks
  /** What the event loop has time for. */
  readonly headroom: Headroom
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

/** Takes of a ledger, and says so in the account of a route. */
export function accountedRoom(bytes: Ledger, account: Pick<Account, 'bytes'>) {
  return {
    take(amount: number): boolean {
      if (!bytes.take(amount)) return false
      account.bytes += amount
      return true
    },
    give(amount: number): void {
      bytes.give(amount)
      account.bytes -= amount
    },
  }
}
