import type { Profile } from './profiles.ts'
import type { TargetName } from './target.ts'

/** What is compared, and how. */
export type Measure = 'p95' | 'throughput' | 'errors'

/** What one target promises beside another. */
export interface Promised {
  readonly of: TargetName
  readonly against: TargetName
  readonly measure: Measure
  /** `p95` and `throughput`: as a multiple of the other's; `errors`: as a difference of shares. */
  readonly limit: number
  readonly isMost: boolean
  /** In a sentence without its full stop. */
  readonly words: string
}

/** What the gateway may take from those who asked V1 directly before. */
const degradation = 0.05

/**
 * What is promised. Where connections always ask, how long answers take follows from how many there are,
 * and only that is judged.
 *
 * @param tolerance What V2 may look worse by and count as no worse, as a share.
 */
export function promisesOf(profile: Profile, tolerance: number): readonly Promised[] {
  const v2 = { of: 'v2', against: 'v1' } as const
  const gateway = { of: 'gateway', against: 'v1' } as const
  const paced: readonly Promised[] = [
    {
      ...{ ...v2, measure: 'p95', limit: 1 + tolerance, isMost: true },
      words: "V2's p95 is not above V1's",
    },
    {
      ...{ ...gateway, measure: 'p95', limit: 1 + degradation, isMost: true },
      words: "the gateway's p95 is less than 5 % above V1's",
    },
  ]
  const always: readonly Promised[] = [
    {
      ...{ ...v2, measure: 'throughput', limit: 1 - tolerance, isMost: false },
      words: "V2's throughput is not below V1's",
    },
    {
      ...{ ...gateway, measure: 'throughput', limit: 1 - degradation, isMost: false },
      words: "the gateway's throughput is less than 5 % below V1's",
    },
    {
      ...{ ...v2, measure: 'errors', limit: 0, isMost: true },
      words: 'V2 fails no greater share of requests than V1',
    },
    {
      ...{ ...gateway, measure: 'errors', limit: 0, isMost: true },
      words: 'the gateway fails no greater share of requests than V1',
    },
  ]
  return profile === 'max' ? always : [...paced, ...always]
}
