import { isDeepStrictEqual } from 'node:util'
import type { Clock } from '../../clock.ts'
import { type ComparingRule, comparingRule } from '../compare/comparing-rule.ts'
import type { ComparedRoute } from '../comparer.ts'
import type { ShadowReport } from '../report.ts'
import { comparedHeaders } from './compared-headers.ts'
import { createCpuShare } from './cpu-share.ts'
import { createRouteSums } from './route-sums.ts'

/** A route as it is compared, for as long as pairs of it may come. */
export interface RouteState {
  /** What the thread knows its rule by. */
  id: number
  rule: ComparingRule
  matchPath: string
  readonly headers: readonly string[]
  maxCpu: number
  cpu: ReturnType<typeof createCpuShare>
  readonly sums: ReturnType<typeof createRouteSums>
  /** Pairs taken over and not done. */
  held: number
}

/** Routes of earlier configurations, of which pairs may still be under way. */
const maxFormer = 100

/** The routes that are compared now, and those that were. */
export function createComparedRoutes(clock: Clock) {
  const states = new Map<string, RouteState>()
  /** The keys that are no longer current, longest first. */
  let former = new Set<string>()
  let nextId = 0

  function open({ route, basis, rule, matchPath }: ComparedRoute): RouteState {
    return {
      id: nextId++,
      rule: comparingRule(rule),
      matchPath,
      headers: comparedHeaders(rule),
      maxCpu: rule.maxCpu,
      cpu: createCpuShare(clock, rule.maxCpu),
      sums: createRouteSums(route, basis),
      held: 0,
    }
  }

  /** By one basis each rule finds the same differences; what is counted goes on, pairs that wait take the new one. */
  function change(state: RouteState, { rule, matchPath }: ComparedRoute): void {
    const next = comparingRule(rule)
    if (!isDeepStrictEqual([next, matchPath], [state.rule, state.matchPath])) {
      state.id = nextId++
      state.rule = next
      state.matchPath = matchPath
    }
    if (rule.maxCpu === state.maxCpu) return
    state.maxCpu = rule.maxCpu
    state.cpu = createCpuShare(clock, rule.maxCpu)
  }

  /** None goes while something of it is under way, or is not told yet. */
  function forgetOldest(): void {
    for (const key of former) {
      if (former.size <= maxFormer) return
      const state = states.get(key)
      if (state !== undefined && (state.held > 0 || !state.sums.isEmpty())) continue
      former.delete(key)
      states.delete(key)
    }
  }

  return {
    set(routes: readonly ComparedRoute[]): void {
      const current = new Set(routes.map(keyOf))
      for (const each of routes) {
        const known = states.get(keyOf(each))
        if (known === undefined) states.set(keyOf(each), open(each))
        else change(known, each)
      }
      // Those that were former already stay the oldest.
      former = new Set([...former, ...states.keys()].filter(key => !current.has(key)))
      forgetOldest()
    },
    find: (of: Pick<ComparedRoute, 'route' | 'basis'>): RouteState | null =>
      states.get(keyOf(of)) ?? null,
    all: (): Iterable<RouteState> => states.values(),
    takeReport: (): ShadowReport =>
      [...states.values()].map(({ sums }) => sums.take()).filter(report => report !== null),
  }
}

function keyOf({ route, basis }: Pick<ComparedRoute, 'route' | 'basis'>): string {
  return `${route}\n${basis}`
}
