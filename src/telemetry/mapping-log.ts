import type { Clock } from '../clock.ts'
import type { Variant } from '../cohort/assignment.ts'
import type { MappingEvent } from '../upstream/mapping/mapping.ts'
import type { Logger } from './log.ts'
import type { Metrics } from './metrics.ts'

/** A body that could not be mapped, and whose. */
export interface MappingFailed extends MappingEvent {
  readonly route: string
  readonly variant: Variant
  readonly traffic: 'live' | 'shadow'
}

export type MappingLog = (event: MappingFailed) => void

/** Milliseconds between two lines about the same. */
const quietMs = 60_000

/**
 * Counts every body that could not be mapped, and says what is wrong with the mapping: once a minute
 * for the same, with how many there were that were not told.
 */
export function createMappingLog(log: Logger, metrics: Metrics, clock: Clock): MappingLog {
  const told = new Map<string, { at: number; untold: number }>()

  return event => {
    const { route, variant, traffic, field, reason } = event
    metrics.mappingFailures.inc({ route, variant, traffic, reason })
    const now = clock.monotonic()
    const key = [route, variant, traffic, field, reason].join(' ')
    const last = told.get(key)
    if (last !== undefined && now - last.at < quietMs) {
      last.untold++
      return
    }
    told.set(key, { at: now, untold: 0 })
    log.warn(
      { ...event, untold: last?.untold ?? 0 },
      'a body could not be mapped: the mapping and what it is given do not fit',
    )
  }
}
