import assert from 'node:assert/strict'
import { test } from 'node:test'
import { startIdentityProvider } from '../identity/identity-provider.ts'
import { config, createIssuer } from '../identity/issuer.ts'
import { testProcess } from '../support/gateway.ts'
import { startGatewayProcess } from '../support/gateway-process.ts'
import { startUpstream } from '../support/http.ts'
import { sendRaw } from '../support/raw.ts'
import { lines, plainRequest } from '../support/requests.ts'

const workers = 2
/** Each worker: at its start, and once for all kids that it does not know. */
const mostFetches = 2 * workers

test('with workers each fetches keys at most twice, whatever kids come, and goes on when there are none to be had', async t => {
  const issuer = await createIssuer('ES256')
  const provider = await startIdentityProvider(t, issuer.jwks)
  const v1 = await startUpstream(t, 'v1')
  const gateway = await startGatewayProcess(t, {
    'routes/main.yaml': `match: { path: / }\nv1: { url: "${v1.url}" }\npolicy: members\n`,
    'policies/members.yaml': `auth: { issuer: "${config.issuer}", audience: ${config.audience}, jwks: "${provider.url}", algorithms: [ES256] }\n`,
    'switchback.yaml': `${testProcess}workers: ${workers}\n`,
  })
  await gateway.workerPids(workers)
  const ask = async (token: string) =>
    (await sendRaw(gateway.port, plainRequest('/', lines(`authorization: Bearer ${token}`)))).status

  const known = await issuer.sign()
  assert.equal(await ask(known), 200)
  for (let n = 0; n < 100; n++) {
    assert.equal(await ask(await issuer.sign({}, { kid: `stranger-${n}` })), 401)
  }
  assert.ok(provider.fetches() <= mostFetches, `${provider.fetches()} fetches`)
  assert.ok(provider.fetches() >= workers, `${provider.fetches()} fetches`)

  await provider.stop()
  for (let n = 0; n < 20; n++) {
    assert.equal(await ask(known), 200)
    assert.equal(await ask(await issuer.sign({ sub: `user-${n}` })), 200)
  }
})
