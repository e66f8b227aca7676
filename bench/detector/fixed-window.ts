import type { Rule } from './delays.ts'

export interface FixedWindow {
  readonly allowed: number
  /** Requests in a window. */
  readonly requests: number
  /** Windows above the budget in a row that make a breach. */
  readonly checks: number
}

/** What monitoring rules do: look at the share of one window after another, and act after some in a row. */
export function createFixedWindow({ allowed, requests, checks }: FixedWindow): Rule {
  let seen = 0
  let bad = 0
  let inARow = 0
  return isBad => {
    seen++
    if (isBad) bad++
    if (seen < requests) return false
    inARow = bad / seen > allowed ? inARow + 1 : 0
    seen = 0
    bad = 0
    return inARow >= checks
  }
}
