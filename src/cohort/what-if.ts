import type { Caller } from '../identity/caller.ts'
import { type AssignedRequest, type AssignerDeps, createAssigner } from './assign.ts'
import type { Assignment } from './assignment.ts'
import type { FlagSet } from './flag-set.ts'
import type { FlagSource } from './flag-source.ts'

/** What one caller gets as the flag is, and as it would be. */
export interface WhatIf {
  readonly before: Assignment
  readonly after: Assignment
}

/** The flags with another percentage in one strategy of one of them; all else as it is. */
export function withPercent(
  { features, segments }: FlagSet,
  flag: string,
  strategy: number,
  percent: number,
): FlagSet {
  return {
    segments,
    features: features.map(feature =>
      feature.name !== flag
        ? feature
        : {
            ...feature,
            strategies: (feature.strategies ?? []).map((each, i) =>
              i !== strategy
                ? each
                : { ...each, parameters: { ...each.parameters, rollout: String(percent) } },
            ),
          },
    ),
  }
}

/**
 * Looks at each caller twice, with the assigner that the gateway runs: once with the flags of `deps`,
 * once with `changed`. The second request carries the cookies that the answer to the first one set, as
 * a browser's does: who had V2 on a `seen-v2` route keeps it.
 */
export function createWhatIf(deps: AssignerDeps, changed: FlagSource) {
  const assignBefore = createAssigner(deps)
  const assignAfter = createAssigner({ ...deps, flags: changed })
  return (request: AssignedRequest, caller: Caller): WhatIf => {
    const before = assignBefore(request, caller)
    const cookies = before.setCookies.flatMap(each => ['cookie', each.split(';', 1)[0] as string])
    const later = { ...request, headers: [...request.headers, ...cookies] }
    return { before, after: assignAfter(later, caller) }
  }
}
