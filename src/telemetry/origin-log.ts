import type { OriginEvent } from '../upstream/origin-event.ts'
import type { Logger } from './log.ts'
import type { Metrics } from './metrics.ts'

/** What each event means to whoever reads the log at night. */
const sentences: Readonly<Record<OriginEvent['type'], string>> = {
  unhealthy: 'an origin does not pass its checks: it is not asked while another does',
  healthy: 'an origin passes its checks again',
  'breaker-open': 'an origin fails too many requests: it is not asked until a probe succeeds',
  'breaker-half-open': 'one request probes whether an origin is back',
  'breaker-closed': 'an origin is back: its breaker is closed',
  ejected: 'an origin fails request after request: it rests while there is another',
}

const worse = new Set<OriginEvent['type']>(['unhealthy', 'breaker-open', 'ejected'])

/** Tells how the origins change, in the log and in numbers. */
export function createOriginLog(log: Logger, metrics: Metrics) {
  return (event: OriginEvent): void => {
    const { type, origin, ...details } = event
    log[worse.has(type) ? 'warn' : 'info']({ origin, ...details, event: type }, sentences[type])
    if (type === 'ejected') metrics.origins.ejections.inc({ origin })
    if (type === 'breaker-open') metrics.origins.breakersOpened.inc({ origin })
  }
}
