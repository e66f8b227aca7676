import type { Decision, DecisionResult } from './decision.ts'
import { type ChangeKind, changeOf, type Replayed, type Unknowable } from './replayed.ts'

/** Decisions that change alike. */
export interface ChangeGroup {
  readonly kind: ChangeKind
  readonly before: DecisionResult
  readonly after: DecisionResult
  readonly count: number
  /** The first of them. */
  readonly example: Decision
}

/** What would become of requests that were decided about. */
export interface ReplayReport {
  readonly decisions: number
  /** Times of the first and the last; null without any. */
  readonly from: number | null
  readonly until: number | null
  /** Requests between them that were not kept: of limits the replay sees a part. */
  readonly skipped: number
  /** How many the present configuration decides as they were decided then. */
  readonly asRecorded: number
  /** How many would be decided otherwise, by kind, and all together. */
  readonly changed: Readonly<Record<ChangeKind, number>>
  readonly changes: number
  /** How many nobody can say it of, by what is lacking, and all together. */
  readonly unknown: Readonly<Partial<Record<Unknowable, number>>>
  readonly unknowns: number
  /** Those that change, alike ones together, the most first. */
  readonly groups: readonly ChangeGroup[]
}

/** Decides about a request again, after those before it. */
export type Decide = (decision: Decision) => Replayed

/**
 * Decides about all of them twice, in the order of their times. Held against each other are the two
 * replays, and not the record: what load, upstreams and other latches did to it is then in neither.
 */
export function replayAll(
  decisions: readonly Decision[],
  before: Decide,
  after: Decide,
): ReplayReport {
  const ordered = decisions.toSorted((a, b) => a.at - b.at || a.number - b.number)
  const changed = { routed: 0, refused: 0, limited: 0, assigned: 0 }
  const unknown: Partial<Record<Unknowable, number>> = {}
  const groups = new Map<string, { -readonly [K in keyof ChangeGroup]: ChangeGroup[K] }>()
  let asRecorded = 0

  for (const decision of ordered) {
    const [old, now] = [before(decision), after(decision)]
    if (old.kind !== 'unknown' && changeOf(decision.result, old) === null) asRecorded++
    if (old.kind === 'unknown' || now.kind === 'unknown') {
      const why =
        now.kind === 'unknown' ? now.why : (old as Extract<Replayed, { kind: 'unknown' }>).why
      unknown[why] = (unknown[why] ?? 0) + 1
      continue
    }
    const kind = changeOf(old, now)
    if (kind === null) continue
    changed[kind]++
    const alike = JSON.stringify([kind, old, now])
    const group = groups.get(alike)
    if (group === undefined) {
      groups.set(alike, { kind, before: old, after: now, count: 1, example: decision })
    } else group.count++
  }

  return {
    decisions: ordered.length,
    from: ordered[0]?.at ?? null,
    until: ordered.at(-1)?.at ?? null,
    skipped: skippedBetween(ordered),
    asRecorded,
    changed,
    changes: sum(Object.values(changed)),
    unknown,
    unknowns: sum(Object.values(unknown)),
    groups: [...groups.values()].toSorted((a, b) => b.count - a.count),
  }
}

/** What came before a worker's first is before the record. */
function skippedBetween(ordered: readonly Decision[]): number {
  const begun = new Set<number>()
  let skipped = 0
  for (const decision of ordered) {
    if (begun.has(decision.worker)) skipped += decision.skipped
    begun.add(decision.worker)
  }
  return skipped
}

function sum(counts: readonly number[]): number {
  return counts.reduce((total, count) => total + count, 0)
}
