import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isSecretHeader } from '../../src/config/secret-header.ts'
import { configDir, faultLines } from './config-dir.ts'

const named = (header: string) => ({
  'switchback.yaml': `workers: 1\nresidual: { clientName: [user-agent, { header: ${header} }] }\n`,
})

test('a client is named by no header that carries a secret, since its name is written down', async t => {
  assert.deepEqual(await faultLines(await configDir(t, named('Authorization'))), [
    'switchback.yaml:2:48 residual.clientName[1].header must be a header that carries no secret, received "Authorization"',
  ])
  assert.deepEqual(await faultLines(await configDir(t, named('x-client'))), [])
})

test('what lets somebody in is told by its name', () => {
  for (const name of [
    ...['Cookie', 'authorization', 'Proxy-Authorization', 'X-Auth', 'x-api-key', 'apikey'],
    ...['Ocp-Apim-Subscription-Key', 'X-Access-Key', 'X-Amz-Security-Token', 'x-csrf-token'],
    ...['Cf-Access-Jwt-Assertion', 'x-amzn-oidc-data', 'x-session-id', 'x-hub-signature-256'],
  ]) {
    assert.ok(isSecretHeader(name), name)
  }
  for (const name of ['x-user-id', 'x-auth-request-user', 'x-authenticated-user', 'x-tenant']) {
    assert.equal(isSecretHeader(name), false, name)
  }
})
