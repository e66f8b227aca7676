import { createRandom } from '../../src/cli/demo/random.ts'
import { noSums, withReal, withReport } from '../../src/shadow/findings/sums.ts'
import { totalsOf } from '../../src/shadow/findings/totals.ts'
import { newlyReal } from '../../src/shadow/findings/verdicts.ts'
import { noisy, type SimulatedPlace, simulatedReport, usualNoise } from './simulated-pairs.ts'

/** Pairs that arrive in a report; every report is looked at. */
const pairsAtATime = 20
const reportMs = 1000

interface Simulation {
  readonly places: readonly SimulatedPlace[]
  /** Pairs of V1 with itself for each of V2 with V1. */
  readonly noiseShare: number
  readonly most: number
  readonly seed: number
}

/** The pointers that were called real, and after how many pairs each. */
function named({ places, noiseShare, most, seed }: Simulation, isEnough: (at: string) => boolean) {
  const random = createRandom(seed)
  const found = new Map<string, number>()
  let sums = noSums('b1', 0, 0)
  let noiseDue = 0
  for (let pairs = 0; pairs < most; ) {
    pairs += pairsAtATime
    noiseDue += pairsAtATime * noiseShare
    const now = (pairs / pairsAtATime) * reportMs
    const noise = Math.floor(noiseDue)
    noiseDue -= noise
    const report = simulatedReport({ places, random }, { shadow: pairsAtATime, noise })
    sums = withReport(sums, report, now)
    const real = newlyReal(totalsOf([sums], now))
    sums = withReal(sums, real, now)
    for (const place of real) found.set(place, pairs)
    if (real.some(isEnough)) break
  }
  return found
}

/** After how many pairs a mistake is named, in each of some runs; the usual noise is around it. */
export function pairsUntilNamed(mistake: SimulatedPlace, noiseShare: number, runs: number) {
  const place = `${mistake.part} ${mistake.kind} ${mistake.at}`
  return Array.from({ length: runs }, (_, run) => {
    const places = [...usualNoise, mistake]
    const simulation = { places, noiseShare, most: 1_000_000, seed: 7919 * (run + 1) }
    return named(simulation, at => at === place).get(place) ?? Number.POSITIVE_INFINITY
  }).sort((a, b) => a - b)
}

const rates = [1, 0.97, 5 / 6, 0.5, 0.2, 0.05, 0.02, 0.005, 0.001, 0.0002]

/** How many of so many places are ever called real although V2 is as V1 is, looking at every report. */
export function falselyNamed(places: number, pairs: number, noiseShare: number): number {
  const noise = Array.from({ length: places }, (_, i) =>
    noisy(`/${i}`, rates[i % rates.length] as number),
  )
  return named({ places: noise, noiseShare, most: pairs, seed: 5 }, () => false).size
}
