import { sessionCookie } from '../../cohort/sticky-key.ts'
import type { DecidedRequest } from '../../decisions/decision.ts'
import type { GatewayRequest } from '../../ingress/request.ts'

/** A request as its route sees it. No door looks at the message that it came as, so there is none. */
export function replayedRequest(decided: DecidedRequest): GatewayRequest {
  const { method, scheme, host, path, address, upgrade, hasBody, session } = decided
  const kept = { ...decided.digests, ...decided.headers }
  const headers = Object.entries(kept).flatMap(([name, values]) =>
    values.flatMap(value => [name, value]),
  )
  const request: Omit<GatewayRequest, 'raw' | 'certificate'> = {
    ...{ method, scheme, host, path, address, upgrade },
    id: '',
    authority: host,
    query: '',
    bodyLength: hasBody ? -1 : 0,
    expectsContinue: false,
    headers: session === null ? headers : [...headers, 'cookie', `${sessionCookie}=${session}`],
    trace: null,
    added: [],
  }
  return request as GatewayRequest
}
