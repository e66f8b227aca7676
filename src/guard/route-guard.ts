import type { BudgetRule } from '../config/budget-rule.ts'
import type { LinkedRoute } from '../config/snapshot.ts'
import { type AnswerTap, createBodyNumbers, mayHaveNumbers } from './body-numbers.ts'
import { createBudgetWatch } from './budget-watch.ts'
import { createEndpoints } from './endpoint.ts'
import { breachInWords } from './in-words.ts'
import type { Evidence } from './latch-state.ts'
import type { Observation } from './observation.ts'
import { findingOf, shouldCarryNumbers } from './signal.ts'

/** An answer on its way to the client, as far as its head tells. */
export type AnswerHead = Pick<
  Observation,
  'variant' | 'status' | 'headers' | 'method' | 'path' | 'properties'
>

/** Judges V2 of one route in one worker, by the request. */
export interface RouteGuard {
  observe(observation: Observation): void
  /** Whether `tap` may ever want a body. */
  readonly readsBodies: boolean
  /** Reads numbers out of the answer's body as it passes; null where there is nothing to read. */
  tap(answer: AnswerHead): AnswerTap | null
  /** Adds what was counted since the last call. */
  takeCounts(into: Record<string, number>): void
  /** Forgets what was held against V2, as after a resume. */
  reset(): void
}

export interface RouteGuardDeps {
  readonly route: LinkedRoute
  /** V2 exceeds a budget; said once until `reset`, or until V2 is back within it. Never for `dryRun`. */
  readonly onBreach: (evidence: Evidence) => void
}

/** Signals that no answer to a client carries: they are judged in the control plane alone. */
const comesLater: ReadonlySet<BudgetRule['signal']> = new Set(['pushed', 'mismatch'])

/** Null for a route with nothing to judge by the request, so that it costs nothing. */
export function createRouteGuard({ route, onBreach }: RouteGuardDeps): RouteGuard | null {
  const watched = route.rules.budgets.filter(({ signal }) => !comesLater.has(signal))
  if (watched.length === 0 || route.v2 === undefined) return null

  const watches = watched.map(rule =>
    createBudgetWatch({
      route: route.name,
      rule,
      onBreach: (scope, tally) =>
        onBreach({
          route: route.name,
          budget: rule.id,
          scope,
          text: breachInWords(rule, tally, null),
          ...tally,
          allowed: rule.allowed,
          seenBy: 'worker',
        }),
    }),
  )
  const bodyWatches = watches.filter(({ rule }) => rule.signal === 'json')
  const numbersIn = createBodyNumbers(bodyWatches.map(({ rule }) => rule.pointer ?? ''))
  const endpoint = createEndpoints()

  const scopeOf = (
    { per }: BudgetRule,
    { method, path, properties }: Pick<Observation, 'method' | 'path' | 'properties'>,
  ): string | null => {
    if (per === null) return null
    return per === 'endpoint' ? endpoint(method, path) : (properties[per] ?? 'unknown')
  }

  function take(numbers: readonly number[], scopes: readonly (string | null)[]): void {
    bodyWatches.forEach((watch, at) => {
      watch.found(findingOf(numbers[at] ?? Number.NaN, watch.rule), 'v2', scopes[at] ?? null)
    })
  }

  return {
    readsBodies: bodyWatches.length > 0,
    observe(observation) {
      for (const watch of watches) watch.observe(observation, scopeOf(watch.rule, observation))
    },
    tap(answer) {
      const { variant, status, headers } = answer
      if (bodyWatches.length === 0 || variant === 'v1') return null
      if (!shouldCarryNumbers({ status, failed: false })) return null
      const scopes = bodyWatches.map(({ rule }) => scopeOf(rule, answer))
      if (mayHaveNumbers(headers)) return numbersIn(headers, numbers => take(numbers, scopes))
      take([], scopes)
      return null
    },
    takeCounts(into) {
      for (const watch of watches) watch.takeCounts(into)
    },
    reset() {
      for (const watch of watches) watch.reset()
    },
  }
}
