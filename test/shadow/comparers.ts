import { systemClock } from '../../src/clock.ts'
import type { Comparer } from '../../src/shadow/comparer.ts'
import { type ComparerDeps, createComparer } from '../../src/shadow/comparing/create-comparer.ts'
import type { Difference } from '../../src/shadow/difference.ts'
import type { Pair } from '../../src/shadow/pair.ts'
import type { Compared, RouteReport, ShadowReport } from '../../src/shadow/report.ts'
import { inPieces, inWords, rule } from './pairs.ts'

export const offers = {
  route: 'offers',
  basis: 'basis',
  rule: rule({ maxCpu: 1 }),
  matchPath: '/api',
}

/** A comparer with its thread, and the errors by which its threads ended. */
export function openComparer(
  deps: Partial<ComparerDeps> = {},
  routes = [offers],
): Comparer & { readonly crashes: readonly Error[] } {
  const crashes: Error[] = []
  const comparer = createComparer({
    clock: systemClock,
    onCrash: error => crashes.push(error),
    ...deps,
  })
  comparer.setRoutes(routes)
  return { ...comparer, crashes }
}

/** Resolves when every pair is done. */
export async function compareAll(comparer: Comparer, pairs: readonly Pair[]): Promise<void> {
  await Promise.all(
    pairs.map(pair => new Promise<void>(done => comparer.compare(inPieces(pair), done))),
  )
}

export function onlyRoute(report: ShadowReport): RouteReport {
  const [route] = report
  if (route === undefined || report.length !== 1) {
    throw new Error(`Expected one route, received ${report.length}`)
  }
  return route
}

/** Pairs that went in, by what came of them. */
export function counted({ pairs, notCompared }: Compared): number {
  return Object.values(notCompared).reduce((sum, count) => sum + count, pairs)
}

export function signaturesInWords({ signatures }: Compared): string[] {
  return signatures.map(({ differences, pairs }) => `${pairs}× ${places(differences)}`).sort()
}

function places(differences: readonly Difference[]): string {
  return differences.map(inWords).join(', ')
}
