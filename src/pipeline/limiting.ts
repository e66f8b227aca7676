import type { Clock } from '../clock.ts'
import type { ProcessConfig } from '../config/schema-process.ts'
import type { LinkedRoute } from '../config/snapshot.ts'
import { createFactReader } from '../identity/source.ts'
import { clientNetwork } from '../ingress/peers.ts'
import { createLimitKey } from '../limits/limit-keys.ts'
import type { Limiter, LimiterMode } from '../limits/limiter.ts'
import {
  createRouteLimits,
  type RouteLimits,
  type RouteLimitsOptions,
} from '../limits/route-limits.ts'
import { createLimitLog } from '../telemetry/limit-log.ts'
import type { Logger } from '../telemetry/log.ts'
import type { Metrics } from '../telemetry/metrics.ts'
import { openLimiter } from './open-limiter.ts'

export interface LimitingDeps {
  readonly process: Pick<ProcessConfig, 'store' | 'workers'>
  readonly clock: Clock
  readonly randomBytes: (size: number) => Buffer
  readonly log: Logger
  readonly metrics: Metrics
}

export type Limiting = ReturnType<typeof createLimiting>

/**
 * The rate limits of a worker: one limiter for all routes, opened for the first that has a limit, which
 * outlives reloads. A bucket belongs to its policy and to its limit's key and rate; as long as those
 * stay, a reload hands out nothing anew.
 */
export function createLimiting(deps: LimitingDeps) {
  const { metrics } = deps
  const tell = createLimitLog(deps.log)
  let limiter: Limiter | null = null

  function opened(): Limiter {
    if (limiter === null) {
      limiter = openLimiter({ ...deps, onMode })
      metrics.limits.setMode(limiter.mode)
    }
    return limiter
  }

  function onMode(mode: LimiterMode, why: string): void {
    metrics.limits.setMode(mode)
    tell(mode, why)
  }

  return {
    /** The limits of a route; null where its policy has none. */
    limitsOf(route: LinkedRoute): RouteLimits | null {
      if (route.rules.rateLimit.length === 0) return null
      return limitsBy(opened(), route, metrics.limits.forRoute(route.name))
    },
    /** Who answers; null before there was a limit. */
    mode: (): LimiterMode | null => limiter?.mode ?? null,
    async close(): Promise<void> {
      await limiter?.close()
    },
  }
}

/** The limits of a route that has some, held by `limiter`. */
export function limitsBy(
  limiter: Limiter,
  { name, policy, rules }: LinkedRoute,
  count: RouteLimitsOptions['count'],
): RouteLimits {
  return createRouteLimits({
    rules: rules.rateLimit,
    limiter,
    keyOf: rule =>
      createLimitKey({
        ...{ rule, policy },
        route: name,
        networkOf: clientNetwork,
        readerOf: createFactReader,
      }),
    count,
  })
}
