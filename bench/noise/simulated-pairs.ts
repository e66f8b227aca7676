import type { Difference } from '../../src/shadow/difference.ts'
import type { Compared, PlaceCount, RouteReport, Signature } from '../../src/shadow/report.ts'

/** How often a place differs between two answers of V1, and between V1's and V2's. */
export interface SimulatedPlace extends Difference {
  readonly noise: number
  readonly shadow: number
}

export interface SimulatedPairs {
  readonly places: readonly SimulatedPlace[]
  readonly random: () => number
}

export const nothingCompared: Compared = {
  ...{ pairs: 0, notCompared: {}, latency: {} },
  ...{ places: [], signatures: [] },
}

/** So many pairs, of which some differed in these sets of places. */
export function comparedAs(pairs: number, signatures: readonly Signature[]): Compared {
  const places = new Map<string, PlaceCount>()
  for (const { differences, pairs } of signatures) {
    for (const difference of differences) {
      const key = JSON.stringify(difference)
      places.set(key, { difference, pairs: (places.get(key)?.pairs ?? 0) + pairs })
    }
  }
  return { ...nothingCompared, pairs, places: [...places.values()], signatures }
}

/** A place in which V2 differs from V1 just as V1 from itself. */
export function noisy(
  at: string,
  rate: number,
  kind: Difference['kind'] = 'value',
): SimulatedPlace {
  return { part: 'body', at, kind, noise: rate, shadow: rate }
}

/** A place in which only V2 is wrong. */
export function wrong(at: string, rate: number): SimulatedPlace {
  return { part: 'body', at, kind: 'value', noise: 0, shadow: rate }
}

/** What a service brings along without any mistake: a new id, a clock, a shuffled list of three, a rare flap. */
export const usualNoise: readonly SimulatedPlace[] = [
  noisy('/requestId', 1),
  noisy('/generatedAt', 0.4),
  noisy('/tags', 5 / 6, 'order'),
  noisy('/stock', 0.02),
]

/** A report of so many pairs, each place differing by chance and by itself. */
export function simulatedReport(
  { places, random }: SimulatedPairs,
  pairs: { readonly shadow: number; readonly noise: number },
): RouteReport {
  const compared = (kind: 'shadow' | 'noise'): Compared => {
    const sets = Array.from({ length: pairs[kind] }, () =>
      places.filter(place => random() < place[kind]),
    )
    const signatures = new Map<string, { differences: Difference[]; pairs: number }>()
    for (const set of sets) {
      if (set.length === 0) continue
      const differences = set.map(({ part, at, kind }) => ({ part, at, kind }))
      const key = JSON.stringify(differences)
      const { pairs: before } = signatures.get(key) ?? { pairs: 0 }
      signatures.set(key, { differences, pairs: before + 1 })
    }
    return comparedAs(pairs[kind], [...signatures.values()])
  }
  return {
    route: 'match',
    basis: 'b1',
    shadow: compared('shadow'),
    unrepeatable: nothingCompared,
    noise: compared('noise'),
    samples: [],
  }
}
