import { type Judgement, ok, problem, skipped, warning } from './judgement.ts'

/** Another clock, held against this machine's. */
export interface Sighting {
  /** Whose it is. */
  readonly of: string
  /** Milliseconds by which it goes before ours, negative for behind. */
  readonly aheadMs: number
  /** What the way there and the precision of its answer leave open, to either side. */
  readonly withinMs: number
}

/** Up to here clocks that are set over the network may differ. */
const usualMs = 1000

/**
 * `toleranceSeconds`: what the policies allow between the clocks of this machine and of whoever issues
 * tokens; null where nobody asks for a token.
 */
export function judgeClock(
  sightings: readonly Sighting[],
  toleranceSeconds: number | null,
): Judgement {
  const worst = sightings.toSorted((a, b) => provenMs(b) - provenMs(a))[0]
  if (worst === undefined) return skipped('neither Redis nor Unleash says what time it is')
  const proven = provenMs(worst)
  if (proven <= usualMs) {
    return ok(
      `as ${sightings.map(({ of }) => of).join(' and ')} has it; the time zone does not matter`,
    )
  }
  const seconds = (Math.abs(worst.aheadMs) / 1000).toFixed(1)
  const found = `${seconds} s ${worst.aheadMs > 0 ? 'behind' : 'ahead of'} that of ${worst.of}`
  const next = 'set the clocks of both by NTP (timedatectl timesync-status)'
  if (toleranceSeconds !== null && proven > toleranceSeconds * 1000) {
    return problem(`${found}, more than tokens are allowed (${toleranceSeconds} s)`, next)
  }
  return warning(found, next)
}

/** The difference that no delay on the way explains. */
function provenMs({ aheadMs, withinMs }: Sighting): number {
  return Math.max(0, Math.abs(aheadMs) - withinMs)
}

/**
 * A `Date` header (RFC 9110 section 6.6.1) as a sighting; null for none. `asked` and `answered` are the
 * moments around it, in milliseconds since the epoch. It names the second that has begun.
 */
export function sightingIn(
  date: string | null,
  asked: number,
  answered: number,
): Omit<Sighting, 'of'> | null {
  const told = Date.parse(date ?? '')
  if (Number.isNaN(told)) return null
  return {
    aheadMs: told + 500 - (asked + answered) / 2,
    withinMs: 500 + (answered - asked) / 2,
  }
}
