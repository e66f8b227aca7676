import type { Figures } from './figures.ts'
import type { Profile } from './profiles.ts'
import type { Loaded } from './rounds.ts'
import type { Judged, Verdict } from './verdicts.ts'

/** All that a report tells. */
export interface Report {
  readonly profile: Profile
  /** In words. */
  readonly title: string
  readonly facts: readonly string[]
  readonly verdict: Verdict
  readonly judged: readonly Judged[]
  readonly figures: readonly Figures[]
  readonly loaded: readonly Loaded[]
}

/** The report for other programs: everything but the time of each single request. */
export function asJson({ loaded, ...report }: Report): string {
  const rounds = loaded.flatMap(({ target, rounds }) =>
    rounds.map(({ timesMs, ...round }, i) => ({ target: target.name, round: i + 1, ...round })),
  )
  return `${JSON.stringify({ ...report, rounds }, null, 2)}\n`
}
