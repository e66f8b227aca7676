import type { NotCompared } from '../difference.ts'
import type { Compared, RouteReport } from '../report.ts'
import { placeOf } from './place.ts'

/** In how many pairs of each kind a place differed. */
export interface Times {
  readonly shadow: number
  readonly unrepeatable: number
  readonly noise: number
}

/** The places in which shadow pairs differed, or those they are told by, and how many pairs that are. */
export interface Together {
  readonly places: readonly string[]
  readonly pairs: number
}

/** What was seen in one stretch of time. The kinds of pairs are those of a `RouteReport`. */
export interface Stretch {
  /** Wall-clock milliseconds of its first report. */
  readonly from: number
  readonly compared: Times
  /** Pairs of V2 with V1 that were not. */
  readonly notCompared: Counts<NotCompared>
  /** By place, see place.ts. */
  readonly seen: ReadonlyMap<string, Times>
  /** By `togetherKey`. */
  readonly together: ReadonlyMap<string, Together>
}

export type Counts<Name extends string = string> = Readonly<Partial<Record<Name, number>>>

export const none: Times = { shadow: 0, unrepeatable: 0, noise: 0 }

export function emptyStretch(from: number): Stretch {
  return { from, compared: none, notCompared: {}, seen: new Map(), together: new Map() }
}

export function togetherKey(places: readonly string[]): string {
  return JSON.stringify(places)
}

/** Pairs of V2 with V1, of any request. */
export function pairsIn({ compared }: Stretch): number {
  return compared.shadow + compared.unrepeatable
}

/** What a report comes to, as a stretch of its own. */
export function stretchOf(report: RouteReport, now: number): Stretch {
  const kinds = ['shadow', 'unrepeatable', 'noise'] as const
  const seen = new Map<string, Times>()
  const together = new Map<string, Together>()
  let compared = none
  for (const kind of kinds) {
    compared = plus(compared, { ...none, [kind]: report[kind].pairs })
    for (const { difference, pairs } of report[kind].places) {
      const place = placeOf(difference)
      seen.set(place, plus(seen.get(place) ?? none, { ...none, [kind]: pairs }))
    }
    if (kind === 'noise') continue
    for (const { places, pairs } of signaturesOf(report[kind])) addTogether(together, places, pairs)
  }
  const notCompared = plusCounts(report.shadow.notCompared, report.unrepeatable.notCompared)
  return { from: now, compared, notCompared, seen, together }
}

function signaturesOf({ signatures }: Compared): Together[] {
  return signatures.map(({ differences, pairs }) => ({
    places: [...new Set(differences.map(placeOf))].sort(),
    pairs,
  }))
}

export function sumOf(a: Stretch, b: Stretch): Stretch {
  const seen = new Map(a.seen)
  for (const [place, times] of b.seen) seen.set(place, plus(seen.get(place) ?? none, times))
  const together = new Map(a.together)
  for (const { places, pairs } of b.together.values()) addTogether(together, places, pairs)
  return {
    from: Math.min(a.from, b.from),
    compared: plus(a.compared, b.compared),
    notCompared: plusCounts(a.notCompared, b.notCompared),
    seen,
    together,
  }
}

export function addTogether(
  to: Map<string, Together>,
  places: readonly string[],
  pairs: number,
): void {
  const key = togetherKey(places)
  to.set(key, { places, pairs: (to.get(key)?.pairs ?? 0) + pairs })
}

export function plus(a: Times, b: Times): Times {
  return {
    shadow: a.shadow + b.shadow,
    unrepeatable: a.unrepeatable + b.unrepeatable,
    noise: a.noise + b.noise,
  }
}

export function plusCounts<Name extends string>(a: Counts<Name>, b: Counts<Name>): Counts<Name> {
  const sum: Partial<Record<Name, number>> = { ...a }
  for (const name in b) sum[name] = (sum[name] ?? 0) + (b[name] ?? 0)
  return sum
}
