/** Retries allowed before any traffic has been seen, and the most that can be saved up. */
const reserve = 10

/** Keeps retries a share of the requests, so that they cannot multiply an outage. */
export interface RetryBudget {
  /** Every request pays in its share. */
  deposit(): void
  /** Takes one retry out; false when there is none left. */
  withdraw(): boolean
}

/** `percent`: retries allowed per hundred requests, on top of a reserve of ten. */
export function createRetryBudget(percent: number): RetryBudget {
  let balance = percent === 0 ? 0 : reserve
  return {
    deposit() {
      balance = Math.min(reserve, balance + percent / 100)
    },
    withdraw() {
      if (balance < 1) return false
      balance -= 1
      return true
    },
  }
}
