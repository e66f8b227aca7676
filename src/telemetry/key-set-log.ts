import type { KeySetEvent } from '../identity/remote-key-set.ts'
import type { Logger } from './log.ts'
import type { Metrics } from './metrics.ts'

/** What each event means to whoever reads the log at night; the same keys again are no news. */
const sentences: Readonly<Record<Exclude<KeySetEvent['type'], 'same-keys'>, string>> = {
  'new-keys': 'an identity provider publishes new keys: tokens are verified by them from now on',
  failed: 'the keys of an identity provider could not be fetched: the last good ones stay in force',
  expired: 'the keys of an identity provider are too old to be used: its callers get 503',
}

/** Tells how the keys of identity providers change, in the log and in numbers. */
export function createKeySetLog(log: Logger, metrics: Pick<Metrics, 'identity'>) {
  return (event: KeySetEvent): void => {
    const { type, jwks, ...details } = event
    if (type !== 'same-keys')
      log[type === 'new-keys' ? 'info' : 'warn']({ jwks, ...details, event: type }, sentences[type])
    if (type !== 'expired') {
      const result = event.type === 'failed' ? event.reason : type
      metrics.identity.fetches.inc({ jwks, result })
    }
  }
}
