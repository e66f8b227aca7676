/** A rate: `limit` units in each `periodMs`, `burst` of them at once (GCRA, ATM Forum TM 4.0 / ITU-T I.371). */
export interface Rate {
  readonly limit: number
  readonly periodMs: number
  readonly burst: number
}

/**
 * One question: may `key` take `cost` units of `rate`? A key has one rate for ever, and stands once in
 * a request; a cost is at most the burst.
 */
export interface Ask {
  readonly key: string
  readonly rate: Rate
  readonly cost: number
}

/** The answer to all asks of one request together: all are taken, or none. */
export interface Allowance {
  readonly allowed: boolean
  /** Of the ask that refused, or else of the one with the least left. */
  readonly index: number
  /** Whole units of that ask that are left. */
  readonly remaining: number
  /** Milliseconds until the bucket is full again. */
  readonly resetMs: number
  /** Milliseconds until the same ask would be allowed; 0 when it is. */
  readonly retryAfterMs: number
}

/**
 * Who answers. 'memory': this process alone, by configuration; 'redis': all machines together;
 * 'share': Redis is out of reach, and each process has its part of the limit; 'floor': out of reach
 * for long, and each process has a last fixed part.
 */
export type LimiterMode = 'memory' | 'redis' | 'share' | 'floor'

export interface Limiter {
  /**
   * Answers at once from memory, and for keys that are known to be refused until their reset; else
   * with a promise that never rejects and has a bound.
   */
  take(asks: readonly Ask[]): Allowance | Promise<Allowance>
  readonly mode: LimiterMode
  /** Resolves when its connection is closed. */
  close(): Promise<void>
}
