import type { Clock } from '../clock.ts'
import type { OriginEvent } from '../upstream/origin-event.ts'
import type { Logger } from './log.ts'
import type { Metrics } from './metrics.ts'
import { createOnceAMinute } from './once-a-minute.ts'

/** What each event means to whoever reads the log at night. */
const sentences: Readonly<Record<OriginEvent['type'], string>> = {
  unhealthy: 'an origin does not pass its checks: it is not asked while another does',
  healthy: 'an origin passes its checks again',
  'breaker-open': 'an origin fails too many requests: it is not asked until a probe succeeds',
  'breaker-half-open': 'one request probes whether an origin is back',
  'breaker-closed': 'an origin is back: its breaker is closed',
  ejected: 'an origin fails request after request: it rests while there is another',
  'tls-failed':
    'an origin and the gateway do not agree on TLS: no request gets there by new connections',
}

const worse = new Set<OriginEvent['type']>(['unhealthy', 'breaker-open', 'ejected', 'tls-failed'])

/** Tells how the origins change, in the log and in numbers. What comes with each connection is told once a minute. */
export function createOriginLog(log: Logger, metrics: Metrics, clock: Clock) {
  const onceAMinute = createOnceAMinute(clock)

  return (event: OriginEvent): void => {
    const { type, origin, ...details } = event
    const level = worse.has(type) ? 'warn' : 'info'
    const tell = (more: object) =>
      log[level]({ origin, ...details, ...more, event: type }, sentences[type])
    if (event.type === 'tls-failed') {
      metrics.origins.tlsFailures.inc({ origin, reason: event.trouble })
      onceAMinute(`${origin} ${event.trouble}`, untold => tell({ untold }))
      return
    }
    tell({})
    if (type === 'ejected') metrics.origins.ejections.inc({ origin })
    if (type === 'breaker-open') metrics.origins.breakersOpened.inc({ origin })
  }
}
