import {
  comparedAs,
  nothingCompared,
  type SimulatedPlace,
  simulatedReport,
} from '../../bench/noise/simulated-pairs.ts'
import { createRandom } from '../../src/cli/demo/random.ts'
import type { Difference } from '../../src/shadow/difference.ts'
import { judgeRoute } from '../../src/shadow/findings/route-differences.ts'
import { noSums, type Sums, withReal, withReport } from '../../src/shadow/findings/sums.ts'
import { totalsOf } from '../../src/shadow/findings/totals.ts'
import { newlyReal } from '../../src/shadow/findings/verdicts.ts'
import type { Compared, RouteReport } from '../../src/shadow/report.ts'

/** Where the tests' time begins, in wall-clock milliseconds. */
export const start = 1_700_000_000_000

/** A machine's sums that pairs are fed to, twenty at a time with one of V1 with itself, every 100 ms. */
export function summing(seed: number, noisePairs = 1) {
  const random = createRandom(seed)
  let now = start
  let sums = noSums('b1', now, 0)
  function sum(report: RouteReport): void {
    sums = withReport(sums, report, now)
    sums = withReal(sums, newlyReal(totalsOf([sums], now)), now)
  }
  return {
    feed(places: readonly SimulatedPlace[], pairs: number): void {
      for (let fed = 0; fed < pairs; fed += 20) {
        now += 100
        const report = simulatedReport({ places, random }, { shadow: 20, noise: noisePairs })
        sum(report)
      }
    },
    take(report: RouteReport, afterMs = 100): void {
      now += afterMs
      sum(report)
    },
    sums: (): Sums => sums,
    totals: () => totalsOf([sums], now),
    judged: () => judgedOf([sums], now),
    told: () => toldOf([sums], now),
  }
}

export function toldOf(machines: readonly Sums[], now: number) {
  return judgedOf(machines, now).differences
}

function judgedOf(machines: readonly Sums[], now: number) {
  const totals = totalsOf(machines, now)
  const route = { route: 'match', flag: 'v2_migration', basis: 'b1' }
  return judgeRoute({ ...route, totals, acknowledged: new Map() })
}

export function value(at: string): Difference {
  return { part: 'body', at, kind: 'value' }
}

/** So many pairs, of which some differ in the places named. */
export function compared(pairs: number, ...signatures: [number, ...Difference[]][]): Compared {
  return comparedAs(
    pairs,
    signatures.map(([of, ...differences]) => ({ differences, pairs: of })),
  )
}

export function report(parts: Partial<RouteReport>): RouteReport {
  return {
    ...{ route: 'match', basis: 'b1', samples: [] },
    ...{ shadow: nothingCompared, unrepeatable: nothingCompared, noise: nothingCompared },
    ...parts,
  }
}
