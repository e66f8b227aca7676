import type { UpstreamConfig } from './schema-route.ts'
import { durationMs } from './units.ts'

/** See `health` of a variant. */
export interface HealthRule {
  readonly path: string
  readonly intervalMs: number
  readonly timeoutMs: number
  readonly rise: number
  readonly fall: number
}

/** See `ejection` of a variant. */
export interface EjectionRule {
  readonly failures: number
  readonly restMs: number
}

/** How the origins of a variant are watched, times in milliseconds; null for what is not asked for. */
export interface UpstreamRules {
  readonly health: HealthRule | null
  readonly ejection: EjectionRule | null
}

export function upstreamRules({
  health,
  ejection,
}: Pick<UpstreamConfig, 'health' | 'ejection'>): UpstreamRules {
  return {
    health:
      health === undefined
        ? null
        : {
            path: health.path,
            intervalMs: durationMs(health.interval),
            timeoutMs: durationMs(health.timeout),
            rise: health.rise,
            fall: health.fall,
          },
    ejection:
      ejection === undefined
        ? null
        : { failures: ejection.failures, restMs: durationMs(ejection.restFor) },
  }
}
