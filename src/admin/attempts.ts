import type { Limiter, Rate } from '../limits/limiter.ts'

/** Tokens from one address that are looked at without having proved themselves before. */
export const attemptRate: Rate = { limit: 10, periodMs: 60_000, burst: 20 }

/** Tokens remembered as good; the oldest goes first. */
const maxProven = 1000

export interface AttemptsDeps {
  readonly limiter: Limiter
  /** The network of an address, by which attempts are counted. */
  readonly networkOf: (address: string) => string
}

/**
 * Bounds guesses. A token that was good once is always looked at again, so that whoever guesses from
 * an address that others share, as all on loopback do, does not shut out those who are at work.
 */
export function createAttempts({ limiter, networkOf }: AttemptsDeps) {
  const proven = new Set<string>()
  return {
    /** Milliseconds until the token with this digest is looked at; 0 for now. */
    async waitMs(digest: string, address: string): Promise<number> {
      if (proven.has(digest)) return 0
      const key = networkOf(address)
      const { allowed, retryAfterMs } = await limiter.take([{ key, rate: attemptRate, cost: 1 }])
      return allowed ? 0 : retryAfterMs
    },
    /** The token with this digest was good. */
    proved(digest: string): void {
      proven.delete(digest)
      if (proven.size >= maxProven) proven.delete(proven.values().next().value as string)
      proven.add(digest)
    },
  }
}

export type Attempts = ReturnType<typeof createAttempts>
