import assert from 'node:assert/strict'
import { test } from 'node:test'
import { bearing } from '../admin/operators.ts'
import { createIssuer } from '../identity/issuer.ts'
import { oneRoute, startGateway } from '../support/gateway.ts'
import { startUpstream } from '../support/http.ts'

test('an operator whose JWT is taken back is refused by the admin listener', async t => {
  const issuer = await createIssuer('ES256')
  const v1 = await startUpstream(t, 'v1')
  const oidc = {
    ...{ issuer: 'https://idp.example.com', audience: 'api', jwksFile: 'keys.json' },
    ...{ algorithms: ['ES256'], nameClaim: 'sub', rolesClaim: 'roles' },
    roles: { operator: ['sre'] },
  }
  const gateway = await startGateway(t, {
    ...oneRoute({ v1: v1.url }),
    'keys.json': JSON.stringify(issuer.jwks),
    'switchback.yaml': `listen: { host: 127.0.0.1, port: 0 }\nadmin: ${JSON.stringify({ port: 0, oidc })}\ndrain: { lingerMs: 0 }\n`,
  })
  const [ada, eve] = [
    await issuer.sign({ sub: 'ada', roles: ['sre'] }),
    await issuer.sign({ sub: 'eve', roles: ['sre'], jti: 'stolen' }),
  ]
  const status = async (token: string) =>
    (await fetch(`${gateway.adminUrl}/status`, { headers: bearing(token) })).status
  assert.deepEqual([await status(ada), await status(eve)], [200, 200])
  const revoked = await fetch(`${gateway.adminUrl}/revocations`, {
    method: 'POST',
    headers: { ...bearing(ada), 'content-type': 'application/json' },
    body: JSON.stringify({ jti: 'stolen', who: 'ada', why: 'lost laptop' }),
  })
  assert.equal(revoked.status, 200)
  assert.deepEqual([await status(ada), await status(eve)], [200, 401])
})
