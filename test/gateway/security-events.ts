import type { TestContext } from 'node:test'
import type { SecurityReport } from '../../src/security/event.ts'
import { eventually } from '../fleet/eventually.ts'
import { startIdentityProvider } from '../identity/identity-provider.ts'
import { config, createIssuer } from '../identity/issuer.ts'
import { oneRoute, startGateway, testProcess } from '../support/gateway.ts'
import { startUpstream } from '../support/http.ts'
import { lines, plainRequest } from '../support/requests.ts'

const issuer = await createIssuer('ES256', 'key-1')

export interface WatchedOptions {
  /** Of each event, in YAML; the others have their defaults. */
  readonly events?: string
  /** More of `switchback.yaml`, and of the policy. */
  readonly process?: string
  readonly policy?: string
}

/** A gateway behind a trusted proxy, so that a request can be of any client; its callers need tokens. */
export async function startWatched(t: TestContext, options: WatchedOptions = {}) {
  const { events = '', process = '', policy = '' } = options
  const provider = await startIdentityProvider(t, issuer.jwks)
  const v1 = await startUpstream(t, 'v1')
  const auth = `auth: { issuer: "${config.issuer}", audience: api, jwks: "${provider.url}", algorithms: [ES256] }\n`
  const gateway = await startGateway(t, {
    ...oneRoute({ v1: v1.url }),
    'switchback.yaml': `${testProcess}trustedProxies: [127.0.0.1]\nsecurity: { events: { ${events} } }\n${process}`,
    'policies/open.yaml': auth + policy,
  })
  const security = async () =>
    (await (await fetch(`${gateway.adminUrl}/security`)).json()) as SecurityReport
  return {
    gateway,
    security,
    /** A good token. */
    sign: () => issuer.sign({ exp: Math.floor(Date.now() / 1000) + 300 }),
    /** Resolves with the events that last once there are as many. */
    lasting: (count: number) =>
      eventually(async () => {
        const { lasting } = await security()
        return lasting.length >= count && lasting
      }),
  }
}

/** A request of a client, with a token that is none unless another is given. */
export function askedBy(client: string, token = 'x.y', target = '/'): string {
  return plainRequest(target, lines(`x-forwarded-for: ${client}`, `authorization: Bearer ${token}`))
}
