import type { AskedCaller } from './asked-caller.ts'
import type { AssignmentReason, Variant } from './assignment.ts'
import type { FlagSourceStatus } from './flag-source.ts'
import { reasonInWords } from './reason-in-words.ts'
import type { WhatIf } from './what-if.ts'

/** What a caller gets, and why. */
export interface Given {
  readonly variant: Variant
  readonly reason: AssignmentReason
}

/** A caller of the list, as the flag is and as it would be. */
export interface SimulatedCaller extends AskedCaller {
  readonly before: Given
  readonly after: Given
}

export interface ReasonCount {
  readonly reason: AssignmentReason
  /** The reason in words. */
  readonly text: string
  readonly before: number
  readonly after: number
}

/** What `switchback simulate --json` prints. */
export interface Simulation {
  readonly route: string
  readonly flag: string
  readonly flagSource: FlagSourceStatus
  /** The strategy that is changed, from 1. */
  readonly strategy: number
  readonly percent: { readonly before: number; readonly after: number }
  /** Whether callers of the route keep V2 by a cookie, once they have had it. */
  readonly sticky: 'flag' | 'seen-v2'
  /** Different callers in the list, and lines that repeated one. */
  readonly callers: number
  readonly repeated: number
  /** How many get V2. */
  readonly v2: { readonly before: number; readonly after: number }
  /** How many get another variant than before. */
  readonly moves: { readonly toV1: number; readonly toV2: number }
  /** How many get what they get for this reason, of those that somebody has. */
  readonly reasons: readonly ReasonCount[]
  /** All of them, in the order of the list. */
  readonly who: readonly SimulatedCaller[]
}

export type Facts = Pick<
  Simulation,
  'route' | 'flag' | 'flagSource' | 'strategy' | 'percent' | 'sticky' | 'repeated'
>

export function simulated(facts: Facts, who: readonly SimulatedCaller[]): Simulation {
  const have = (when: keyof WhatIf) => who.filter(each => each[when].variant === 'v2').length
  return {
    ...facts,
    callers: who.length,
    v2: { before: have('before'), after: have('after') },
    moves: { toV1: moversTo('v1', who).length, toV2: moversTo('v2', who).length },
    reasons: countReasons(who),
    who,
  }
}

function countReasons(who: readonly SimulatedCaller[]): readonly ReasonCount[] {
  const counts = new Map<AssignmentReason, { before: number; after: number }>()
  for (const caller of who) {
    for (const when of ['before', 'after'] as const) {
      const { reason } = caller[when]
      const count = counts.get(reason) ?? { before: 0, after: 0 }
      count[when] += 1
      counts.set(reason, count)
    }
  }
  return [...counts].map(([reason, count]) => ({ reason, text: reasonInWords(reason), ...count }))
}

/** Those who get this variant then, and get the other one now. */
export function moversTo(
  variant: Variant,
  who: readonly SimulatedCaller[],
): readonly SimulatedCaller[] {
  return who.filter(
    ({ before, after }) => after.variant === variant && before.variant !== after.variant,
  )
}
