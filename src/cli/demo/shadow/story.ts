import type { Clock } from '../../../clock.ts'
import type { Finding, RouteDifferences } from '../../../shadow/finding.ts'
import type { Paint } from '../paint.ts'
import { namedError, pairsBetween } from './differences.ts'
import { foundLines, gateLine, mendedLines } from './found-lines.ts'
import type { GateAnswer } from './operator.ts'

export interface ShadowStoryDeps {
  readonly clock: Clock
  readonly differences: () => Promise<RouteDifferences | null>
  readonly gate: () => Promise<GateAnswer | null>
  readonly adminPort: number
  /** Takes the error out of V2. */
  readonly mend: () => void
  readonly out: (line: string) => void
  readonly paint: Paint
}

/** Milliseconds between two looks. */
const periodMs = 200
/** Milliseconds that V2 stays wrong once the gate has closed, for the eye. */
const mendAfterMs = 3000
/** Milliseconds until no pair is under way any more that V2 answered before it was mended. */
const underWayMs = 2000

/** Tells when the error is named and the gate closes, and then mends V2. */
export function createShadowStory(deps: ShadowStoryDeps) {
  const { clock, differences, gate, adminPort, mend, out, paint } = deps
  const startedAt = clock.monotonic()
  let latest = null as RouteDifferences | null
  let named = null as { afterMs: number; finding: Finding } | null
  let closed = null as { at: number; text: string } | null
  let mendedAt = null as number | null
  /** The differences from which on every pair is of the mended V2. */
  let mended = null as RouteDifferences | null
  let looking = false

  async function look(): Promise<void> {
    latest = (await differences()) ?? latest
    if (latest === null) return
    const now = clock.monotonic()
    if (named === null) {
      const finding = namedError(latest)
      if (finding === null) return
      named = { afterMs: now - startedAt, finding }
      for (const line of foundLines(finding, latest, named.afterMs, paint)) out(line)
    }
    if (closed === null) {
      const answer = await gate()
      if (answer?.state !== 'closed') return
      closed = { at: now, text: answer.text }
      out(gateLine(answer.text, paint))
    } else if (mendedAt === null) {
      if (now - closed.at < mendAfterMs) return
      mendedAt = now
      mend()
      for (const line of mendedLines(adminPort, paint)) out(line)
    } else if (now - mendedAt >= underWayMs) mended ??= latest
  }

  async function lookOnce(): Promise<void> {
    if (looking) return
    looking = true
    try {
      await look()
    } finally {
      looking = false
    }
  }

  const stop = clock.every(periodMs, () => void lookOnce())
  return {
    stop,
    differences: () => latest,
    named: () => named,
    gate: () => closed?.text ?? null,
    /** Pairs of the mended V2, and how many of them still show the error; null before there is one. */
    sinceMended: () => (mended === null || latest === null ? null : pairsBetween(mended, latest)),
  }
}
