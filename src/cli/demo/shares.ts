import type { FlagSource } from '../../cohort/flag-source.ts'
import { type Segment, segmentLabel, segments } from './callers.ts'
import { exampleFlag } from './example.ts'

/** Percentage of V2 that the flag in force gives to each segment. */
export type Shares = Readonly<Record<Segment, number>>

/** Asks the flags themselves, so that the screen shows what callers get and not what a file says. */
export function sharesInForce(flags: Pick<FlagSource, 'feature' | 'trace'>): Shares {
  const shares = segments.map(segment => [segment, shareOf(flags, segment)])
  return Object.fromEntries(shares) as Shares
}

function shareOf(flags: Pick<FlagSource, 'feature' | 'trace'>, segment: Segment): number {
  if (flags.feature(exampleFlag)?.enabled !== true) return 0
  const properties: Record<string, string> = segment === 'none' ? {} : { segment }
  const strategies = flags.trace(exampleFlag, {
    userId: '',
    sessionId: undefined,
    remoteAddress: '127.0.0.1',
    properties,
  })
  // One that matches is enough, and of rollouts in one group the widest holds the others.
  const each = strategies
    .filter(({ constraintsMatch }) => constraintsMatch)
    .map(({ percentage, matched }) => percentage ?? (matched ? 100 : 0))
  return Math.max(0, ...each)
}

/** `everyone else 10 %, beta_users 100 % …`. */
export function sharesText(shares: Shares): string {
  return segments.map(segment => `${segmentLabel(segment)} ${shares[segment]} %`).join(', ')
}

/** `everyone else 10 % → 50 %` for each segment whose share is another now. */
export function movesBetween(before: Shares, after: Shares): string[] {
  return segments
    .filter(segment => before[segment] !== after[segment])
    .map(segment => `${segmentLabel(segment)} ${before[segment]} % → ${after[segment]} %`)
}
