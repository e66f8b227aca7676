import type { Clock } from '../clock.ts'
import type { Variant } from '../cohort/assignment.ts'
import type { MappingEvent } from '../upstream/mapping/mapping.ts'
import type { Logger } from './log.ts'
import type { Metrics } from './metrics.ts'
import { createOnceAMinute } from './once-a-minute.ts'

/** A body that could not be mapped, and whose. */
export interface MappingFailed extends MappingEvent {
  readonly route: string
  readonly variant: Variant
  readonly traffic: 'live' | 'shadow'
}

export type MappingLog = (event: MappingFailed) => void

/**
 * Counts every body that could not be mapped, and says what is wrong with the mapping: once a minute
 * for the same, with how many there were that were not told.
 */
export function createMappingLog(log: Logger, metrics: Metrics, clock: Clock): MappingLog {
  const onceAMinute = createOnceAMinute(clock)

  return event => {
    const { route, variant, traffic, field, reason } = event
    metrics.mappingFailures.inc({ route, variant, traffic, reason })
    onceAMinute([route, variant, traffic, field, reason].join(' '), untold =>
      log.warn(
        { ...event, untold },
        'a body could not be mapped: the mapping and what it is given do not fit',
      ),
    )
  }
}
