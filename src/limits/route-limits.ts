import type { LimitRule } from '../config/limit-rule.ts'
import type { Caller } from '../identity/caller.ts'
import type { GatewayRequest } from '../ingress/request.ts'
import { limitHeaders, policyField } from './limit-headers.ts'
import type { LimitKey } from './limit-keys.ts'
import type { Allowance, Ask, Limiter } from './limiter.ts'

/** What a limit said to a request. */
export type LimitResult = 'allowed' | 'refused'

export interface LimitDecision {
  readonly allowed: boolean
  /** Name of the limit that refused, or else of the one with the least left; empty where none was asked. */
  readonly limit: string
  /** For the answer, flat name/value pairs. */
  readonly headers: readonly string[]
}

/** The limits of one route together: a request takes of all of them, or of none. */
export interface RouteLimits {
  /** Answers at once where the limiter does; a promise never rejects and has the limiter's bound. */
  take(request: GatewayRequest, caller: Caller): LimitDecision | Promise<LimitDecision>
}

export interface RouteLimitsOptions {
  /** At least one. */
  readonly rules: readonly LimitRule[]
  readonly limiter: Limiter
  readonly keyOf: (rule: LimitRule) => LimitKey
  /** Counts what a limit said. */
  readonly count: (limit: string, result: LimitResult) => void
}

const free: LimitDecision = { allowed: true, limit: '', headers: [] }

export function createRouteLimits(options: RouteLimitsOptions): RouteLimits {
  const { rules, limiter, keyOf, count } = options
  const limits = rules.map(rule => ({
    rule,
    keyOf: keyOf(rule),
    costs: new Map(Object.entries(rule.cost)),
  }))
  const policy = policyField(rules)

  function decide(asked: readonly LimitRule[], allowance: Allowance): LimitDecision {
    const rule = asked[allowance.index] as LimitRule
    if (allowance.allowed) for (const { name } of asked) count(name, 'allowed')
    else count(rule.name, 'refused')
    return {
      allowed: allowance.allowed,
      limit: rule.name,
      headers: limitHeaders(policy, rule, allowance),
    }
  }

  return {
    take(request, caller) {
      const asks: Ask[] = []
      const asked: LimitRule[] = []
      for (const { rule, keyOf, costs } of limits) {
        const cost = costs.get(request.method) ?? 1
        if (cost === 0) continue
        asks.push({ key: keyOf(request, caller), rate: rule.rate, cost })
        asked.push(rule)
      }
      if (asks.length === 0) return free
      const allowance = limiter.take(asks)
      return allowance instanceof Promise
        ? allowance.then(later => decide(asked, later))
        : decide(asked, allowance)
    },
  }
}
