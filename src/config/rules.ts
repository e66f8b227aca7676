import { type AuthRule, authRule } from './auth-rule.ts'
import { type BudgetRule, budgetRule } from './budget-rule.ts'
import { type ExperimentRule, experimentRule } from './experiment-rule.ts'
import { type LimitRule, limitRule } from './limit-rule.ts'
import { type RolloutRule, rolloutRule } from './rollout-rule.ts'
import type { PolicyConfig } from './schema-policy.ts'
import { type ShadowRule, shadowRule } from './shadow-rule.ts'
import { durationMs, shareOf } from './units.ts'

/** A policy as the rooms use it: times in milliseconds, shares from 0 to 1. */
export interface Rules
  extends Omit<
    PolicyConfig,
    | 'auth'
    | 'rateLimit'
    | 'breaker'
    | 'budgets'
    | 'experiments'
    | 'shadow'
    | 'rollout'
    | 'switchBack'
    | 'testFaults'
  > {
  readonly auth: AuthRule
  readonly rateLimit: readonly LimitRule[]
  readonly breaker: BreakerRule | null
  readonly budgets: readonly BudgetRule[]
  readonly experiments: readonly ExperimentRule[]
  /** Null: nothing is copied. */
  readonly shadow: ShadowRule | null
  /** Null: people move the percentage. */
  readonly rollout: RolloutRule | null
  readonly switchBack: SwitchBackRule
  readonly testFaults: TestFaultsRule | null
}

/** See `breaker` of a policy. */
export interface BreakerRule {
  readonly errorRate: number
  readonly minRequests: number
  readonly windowMs: number
  readonly openMs: number
}

/** See `switchBack` of a policy. */
export interface SwitchBackRule {
  readonly drainMs: number
  readonly jitterMs: number
  /** Null: a person resumes. */
  readonly resumeAfterMs: number | null
}

/** See `testFaults` of a policy. */
export interface TestFaultsRule {
  readonly share: number
  /** 0 for none. */
  readonly delayMs: number
  /** Null: V2 is asked. */
  readonly status: number | null
}

export function rulesOf(policy: PolicyConfig): Rules {
  const {
    rateLimit,
    breaker,
    budgets,
    experiments,
    shadow,
    rollout,
    switchBack,
    testFaults,
    ...rest
  } = policy
  const auth = authRule(policy.auth)
  const { drainFor, jitter, resumeAfter } = switchBack
  return {
    ...rest,
    auth,
    rateLimit: rateLimit.map(limitRule),
    breaker:
      breaker === undefined
        ? null
        : {
            errorRate: shareOf(breaker.errorRate),
            minRequests: breaker.minRequests,
            windowMs: durationMs(breaker.window),
            openMs: durationMs(breaker.openFor),
          },
    budgets: budgets.map(budgetRule),
    experiments: experiments.map(experimentRule),
    shadow: shadow === undefined ? null : withoutClaims(shadowRule(shadow), auth),
    rollout: rollout === undefined ? null : rolloutRule(rollout),
    switchBack: {
      drainMs: durationMs(drainFor),
      jitterMs: durationMs(jitter),
      resumeAfterMs: resumeAfter === undefined ? null : durationMs(resumeAfter),
    },
    testFaults:
      testFaults === undefined
        ? null
        : {
            share: shareOf(testFaults.share),
            delayMs: testFaults.delay === undefined ? 0 : durationMs(testFaults.delay),
            status: testFaults.status ?? null,
          },
  }
}

/** What tells upstreams of the caller goes no further in a copy than the caller's own credentials. */
function withoutClaims(shadow: ShadowRule, auth: AuthRule): ShadowRule {
  if (auth === 'public' || shadow.credentials === 'client') return shadow
  const told = auth.forward.claims.map(({ header }) => header)
  return { ...shadow, dropHeaders: [...shadow.dropHeaders, ...told] }
}
