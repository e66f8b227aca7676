import type { SheddingEvent } from '../limits/shedding.ts'
import type { Logger } from './log.ts'

/** Tells that shedding began and ended; what happened between stands in the counts of refusals. */
export function createSheddingLog(log: Logger) {
  return ({ type, ...details }: SheddingEvent): void => {
    if (type === 'shedding-began') {
      log.warn(
        { ...details, event: type },
        'the event loop is late: a share of the requests is refused, the least important first',
      )
    } else
      log.info({ ...details, event: type }, 'the event loop keeps up: nothing is refused for it')
  }
}
