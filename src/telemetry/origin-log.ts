import type { OriginEvent } from '../upstream/origin-event.ts'
import type { Logger } from './log.ts'
import type { Metrics } from './metrics.ts'

/** What each event means to whoever reads the log at night. */
const sentences: Readonly<Record<OriginEvent['type'], string>> = {
  ejected: 'an origin fails request after request: it rests while there is another',
}

/** Tells how the origins change, in the log and in numbers. */
export function createOriginLog(log: Logger, metrics: Metrics) {
  return (event: OriginEvent): void => {
    const { type, ...details } = event
    log.warn({ ...details, event: type }, sentences[type])
    if (type === 'ejected') metrics.ejections.inc({ origin: event.origin })
  }
}
