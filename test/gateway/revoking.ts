import { createIssuer } from '../identity/issuer.ts'
import { oneRoute, testProcess } from '../support/gateway.ts'

/** An identity provider whose tokens the gateways below believe, and which says when it issued them. */
const issuer = await createIssuer('ES256')

/** Files of a gateway that wants its tokens before one upstream. */
export function filesFor(v1: string, process = ''): Record<string, string> {
  return {
    ...oneRoute({ v1 }),
    'switchback.yaml': `${testProcess}${process}`,
    'policies/open.yaml':
      'auth: { issuer: "https://idp.example.com", audience: api, jwksFile: keys.json, algorithms: [ES256] }',
    'keys.json': JSON.stringify(issuer.jwks),
  }
}

/** The headers of somebody with a good token, issued a minute ago. */
export async function bearer(claims: Record<string, unknown>): Promise<{ authorization: string }> {
  const token = await issuer.sign({ iat: secondsNow() - 60, ...claims })
  return { authorization: `Bearer ${token}` }
}

export function secondsNow(): number {
  return Math.floor(Date.now() / 1000)
}

/** What the admin listener at this address answers to a revocation. */
export async function revoke(adminUrl: string, named: Record<string, unknown>) {
  const response = await fetch(`${adminUrl}/revocations`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ who: 'ada', why: 'stolen', ...named }),
  })
  return { status: response.status, body: (await response.json()) as Record<string, unknown> }
}
