import { type Spread, spreadOf } from './spread.ts'

/** A promise about the price of a request: CPU time of one scenario as a multiple of another's. */
export interface Gate {
  readonly scenario: string
  readonly against: string
  readonly max: number
}

export const gates: readonly Gate[] = [
  { scenario: 'switchback', against: 'http-proxy', max: 0.55 },
  { scenario: 'switchback', against: 'caddy', max: 0.55 },
  { scenario: 'switchback', against: 'nginx', max: 2.3 },
]

export type Judgement = Gate & {
  readonly verdict: 'pass' | 'miss' | 'not-measured'
  readonly ratio: Spread | null
}

/**
 * Compares round by round, since the rounds of one number ran under the same conditions, and judges
 * the median.
 */
export function judge(gate: Gate, cpuOf: (scenario: string) => readonly number[]): Judgement {
  const ratio = ratioOf(cpuOf(gate.scenario), cpuOf(gate.against))
  if (ratio === null) return { ...gate, verdict: 'not-measured', ratio }
  return { ...gate, verdict: ratio.median <= gate.max ? 'pass' : 'miss', ratio }
}

/** Ratios of rounds with the same number; null when there are none. */
export function ratioOf(values: readonly number[], base: readonly number[]): Spread | null {
  return spreadOf(values.flatMap((value, i) => (base[i] === undefined ? [] : [value / base[i]])))
}
