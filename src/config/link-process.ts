import { isAddressRange } from './address-rules.ts'
import { faultAt, isWritten } from './document.ts'
import type { Fault } from './fault.ts'
import { valueAt } from './field-path.ts'
import { linkResidual } from './link-residual.ts'
import { linkSecurity } from './link-security.ts'
import { linkTracing } from './link-tracing.ts'
import { isRedisAddress, redisForms } from './redis-address.ts'
import type { Checked } from './validate.ts'

/** The event loop is looked at as often: what is shorter cannot be told from being in time. */
const leastLagMs = 20

/** The rules of `switchback.yaml` that a schema cannot say. */
export function linkProcess({ document, draft }: Checked<'process'>): Fault[] {
  const faults: Fault[] = []
  draft.trustedProxies?.forEach((text, i) => {
    if (text !== undefined && !isAddressRange(text)) {
      faults.push(faultAt(document, ['trustedProxies', i], 'an IP address or a CIDR range'))
    }
  })

  const port = draft.listen?.port
  if (port !== undefined && port !== 0 && port === draft.admin?.port) {
    const [clash, other] = isWritten(document, ['admin', 'port'])
      ? (['admin', 'listen'] as const)
      : (['listen', 'admin'] as const)
    faults.push(faultAt(document, [clash, 'port'], `another port than ${other}.port`))
  }

  if (draft.listen?.http2 && isWritten(document, ['listen', 'http2']) && !draft.listen.tls) {
    const rule = 'false or absent without listen.tls, since HTTP/2 is spoken over TLS only'
    faults.push(faultAt(document, ['listen', 'http2'], rule))
  }

  const lag = draft.shedding?.maxEventLoopLagMs
  if (lag !== undefined && lag > 0 && lag < leastLagMs) {
    const rule = `0, or at least ${leastLagMs}, which a loop that is merely busy stays below`
    faults.push(faultAt(document, ['shedding', 'maxEventLoopLagMs'], rule))
  }

  // A user in an address would stand in what is told of a call that failed.
  for (const path of [
    ['unleash', 'url'],
    ['unleash', 'admin', 'url'],
  ]) {
    const url = valueAt(draft, path)
    if (typeof url !== 'string' || /^https?:\/\/[^@?#]+$/.test(url)) continue
    faults.push(faultAt(document, path, 'an http or https address without user and query'))
  }
  for (const [i, webhook] of (draft.webhooks ?? []).entries()) {
    if (webhook?.url === undefined || /^https?:\/\/[^@/?#]+(?:[/?][^#]*)?$/.test(webhook.url))
      continue
    const rule = 'an http or https address without user and fragment'
    faults.push(faultAt(document, ['webhooks', i, 'url'], rule))
  }

  const redis = draft.store?.redis
  if (redis !== undefined && !isRedisAddress(redis)) {
    faults.push(faultAt(document, ['store', 'redis'], redisForms))
  }
  return [
    ...faults,
    ...linkResidual({ document, draft }),
    ...linkSecurity(document, draft.security),
    ...linkTracing(document, draft.tracing),
  ]
}
