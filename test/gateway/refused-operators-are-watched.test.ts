import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { SecurityReport } from '../../src/security/event.ts'
import { bearing, entryOf, tokenOf } from '../admin/operators.ts'
import { oneRoute, startGateway } from '../support/gateway.ts'
import { startUpstream } from '../support/http.ts'

test('who guesses tokens of operators, or asks for more than the role allows, is an event', async t => {
  const v1 = await startUpstream(t, 'v1')
  const admin = JSON.stringify({ port: 0, tokens: [entryOf('vera', 'viewer')] })
  const gateway = await startGateway(t, {
    ...oneRoute({ v1: v1.url }),
    'switchback.yaml': `listen: { host: 127.0.0.1, port: 0 }\nadmin: ${admin}\ndrain: { lingerMs: 0 }\n`,
  })
  const ask = (path: string, token: string) =>
    fetch(`${gateway.adminUrl}${path}`, { headers: bearing(token) })
  const security = async () =>
    (await (await ask('/security', tokenOf('vera'))).json()) as SecurityReport

  for (let i = 0; i < 8; i++) assert.equal((await ask('/status', tokenOf(`${i}`))).status, 401)
  const forbidden = await fetch(`${gateway.adminUrl}/latches/v2/rollback`, {
    method: 'POST',
    headers: { ...bearing(tokenOf('vera')), 'content-type': 'application/json' },
    body: '{}',
  })
  assert.equal(forbidden.status, 403)
  assert.deepEqual((await security()).lasting, [])
  assert.equal((await ask('/status', 'x.y')).status, 401)
  assert.deepEqual(
    (await security()).lasting.map(({ kind, client, refusals }) => [kind, client, refusals]),
    [['admin-refused', '127.0.0.1', 10]],
  )
})
