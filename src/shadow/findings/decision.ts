import type { Acknowledgement } from '../finding.ts'

/** What a person decided about one place of a route, or about all that was seen of it. Plain JSON. */
export interface Decision {
  readonly version: 1
  readonly to: 'acknowledged' | 'counted' | 'forgotten'
  readonly who: string
  readonly why: string
  /** Wall-clock milliseconds; above that of the decision before, whatever the clocks say. */
  readonly at: number
}

/** Stands in the place of a place for all that was seen. */
export const everything = 'everything'

/** Null for a text that is none: damaged, or of another version. */
export function readDecision(text: string): Decision | null {
  const value = parse(text)
  if (typeof value !== 'object' || value === null) return null
  const { version, to, who, why, at } = value as Readonly<Record<string, unknown>>
  if (version !== 1 || typeof who !== 'string' || typeof why !== 'string') return null
  if (to !== 'acknowledged' && to !== 'counted' && to !== 'forgotten') return null
  if (!Number.isSafeInteger(at) || (at as number) < 0) return null
  return { version, to, who, why, at: at as number }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}

/** Of two decisions the newer one; of two at one moment always the same one. */
export function newerDecision(a: Decision, b: Decision): Decision {
  if (a.at !== b.at) return a.at > b.at ? a : b
  return JSON.stringify(a) > JSON.stringify(b) ? a : b
}

/** By place. */
export function acknowledgedBy(
  decisions: ReadonlyMap<string, Decision>,
): ReadonlyMap<string, Acknowledgement> {
  const acknowledged = new Map<string, Acknowledgement>()
  for (const [place, { to, who, why, at }] of decisions) {
    if (to === 'acknowledged') acknowledged.set(place, { who, why, at })
  }
  return acknowledged
}

/** When all that was seen was last to be forgotten; 0 for never. */
export function forgottenAt(decisions: ReadonlyMap<string, Decision>): number {
  return decisions.get(everything)?.at ?? 0
}
