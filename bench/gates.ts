import { type Spread, spreadOf } from './spread.ts'

/** A promise about the price of a request: CPU time of one scenario beside another's. */
export interface Gate {
  readonly scenario: string
  readonly against: string
  /** `ratio`: as a multiple. `more`: how many microseconds more. */
  readonly by: 'ratio' | 'more'
  readonly max: number
}

export const gates: readonly Gate[] = [
  { scenario: 'switchback', against: 'http-proxy', by: 'ratio', max: 0.55 },
  { scenario: 'switchback', against: 'caddy', by: 'ratio', max: 0.55 },
  { scenario: 'switchback', against: 'nginx', by: 'ratio', max: 2.3 },
  { scenario: 'switchback-guarded', against: 'switchback', by: 'more', max: 3 },
  { scenario: 'switchback-chain', against: 'haproxy-chain', by: 'ratio', max: 0.85 },
  { scenario: 'switchback-chain-redis', against: 'haproxy-chain', by: 'ratio', max: 1.1 },
]

export type Judgement = Gate & {
  readonly verdict: 'pass' | 'miss' | 'not-measured'
  readonly found: Spread | null
}

/**
 * Compares round by round, since the rounds of one number ran under the same conditions, and judges
 * the median.
 */
export function judge(gate: Gate, cpuOf: (scenario: string) => readonly number[]): Judgement {
  const compare = gate.by === 'ratio' ? ratioOf : differenceOf
  const found = compare(cpuOf(gate.scenario), cpuOf(gate.against))
  if (found === null) return { ...gate, verdict: 'not-measured', found }
  return { ...gate, verdict: found.median <= gate.max ? 'pass' : 'miss', found }
}

/** Differences of rounds with the same number; null when there are none. */
function differenceOf(values: readonly number[], base: readonly number[]): Spread | null {
  return spreadOf(values.flatMap((value, i) => (base[i] === undefined ? [] : [value - base[i]])))
}

/** Ratios of rounds with the same number; null when there are none. */
export function ratioOf(values: readonly number[], base: readonly number[]): Spread | null {
  return spreadOf(values.flatMap((value, i) => (base[i] === undefined ? [] : [value / base[i]])))
}
