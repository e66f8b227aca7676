import type { CopyTotals, ShadowedRoute } from '../fleet/gateway-status.ts'
import type { PlaneStatus } from '../fleet/planes.ts'
import type { CopyCounts } from '../shadow/account.ts'
import type { RouteDifferences } from '../shadow/finding.ts'

/** What shadowing shows at a glance, with what became of the copies in all workers. */
export function shadowedRoutes(
  workers: readonly PlaneStatus[],
  differences: readonly RouteDifferences[],
): ShadowedRoute[] {
  const mirrored = workers.flatMap(({ routes }) => routes)
  const names = [
    ...differences.map(({ route }) => route),
    ...mirrored.filter(({ shadow }) => shadow !== null).map(({ route }) => route),
  ]
  return [...new Set(names)].map(route => {
    const copies = mirrored.flatMap(each => (each.route === route ? (each.shadow ?? []) : []))
    const found = differences.find(each => each.route === route)
    const real = (found?.findings ?? []).filter(
      ({ verdict, acknowledged }) => verdict === 'real' && acknowledged === null,
    )
    return {
      route,
      shadow: totalsOf(copies.map(({ shadow }) => shadow)),
      noise: totalsOf(copies.map(({ noise }) => noise)),
      compared: found?.compared ?? 0,
      notCompared: total(found?.notCompared ?? {}),
      mismatchRate: found?.mismatchRate ?? null,
      real: real.length,
      worst: real[0]?.text ?? null,
    }
  })
}

function totalsOf(counts: readonly CopyCounts[]): CopyTotals {
  const sum = (of: (counts: CopyCounts) => number) =>
    counts.reduce((total, each) => total + of(each), 0)
  return {
    eligible: sum(({ eligible }) => eligible),
    sent: sum(({ sent }) => sent),
    dropped: added(counts.map(({ dropped }) => dropped)),
    failed: added(counts.map(({ failed }) => failed)),
  }
}

/** Sums by reason, the most frequent first. */
function added(
  counts: readonly Readonly<Partial<Record<string, number>>>[],
): Readonly<Record<string, number>> {
  const sums = new Map<string, number>()
  for (const [reason, count = 0] of counts.flatMap(each => Object.entries(each))) {
    sums.set(reason, (sums.get(reason) ?? 0) + count)
  }
  return Object.fromEntries([...sums].sort(([, a], [, b]) => b - a))
}

function total(counts: Readonly<Partial<Record<string, number>>>): number {
  return Object.values(counts).reduce<number>((sum, count) => sum + (count ?? 0), 0)
}
