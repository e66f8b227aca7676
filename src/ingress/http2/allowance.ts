/** How often something may happen: `burst` times at once, then `perSecond`. */
export interface Allowed {
  readonly burst: number
  readonly perSecond: number
}

/** Counts what a client makes happen against what it may; whole at the start. */
export class Allowance {
  private readonly allowed: Allowed
  private left: number
  private countedAt: number

  /** `now` here and below: monotonic milliseconds. */
  constructor(allowed: Allowed, now: number) {
    this.allowed = allowed
    this.left = allowed.burst
    this.countedAt = now
  }

  /** False when it was once too often. */
  spend(now: number): boolean {
    const { burst, perSecond } = this.allowed
    const earned = ((now - this.countedAt) / 1000) * perSecond
    this.left = Math.min(burst, this.left + earned) - 1
    this.countedAt = now
    return this.left >= 0
  }
}
