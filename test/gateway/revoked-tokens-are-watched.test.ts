import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { SecurityReport } from '../../src/security/event.ts'
import { eventually } from '../fleet/eventually.ts'
import { startGateway } from '../support/gateway.ts'
import { createClient, startUpstream } from '../support/http.ts'
import { bearer, filesFor, revoke } from './revoking.ts'

test('who goes on with a token that was taken back is an event', async t => {
  const v1 = await startUpstream(t, 'v1')
  const gateway = await startGateway(t, filesFor(v1.url))
  const get = createClient(t)
  const headers = await bearer({ sub: 'anna', jti: 'stolen' })
  for (let i = 0; i < 12; i++) assert.equal((await get(gateway.url, headers)).status, 200)
  await revoke(gateway.adminUrl, { jti: 'stolen' })
  for (let i = 0; i < 10; i++) assert.equal((await get(gateway.url, headers)).status, 401)
  const lasting = await eventually(async () => {
    const answer = await fetch(`${gateway.adminUrl}/security`)
    const report = (await answer.json()) as SecurityReport
    return report.lasting.length > 0 && report.lasting
  })
  assert.deepEqual(
    lasting.map(({ kind, client, refusals }) => [kind, client, refusals]),
    [['revoked-token-used', '127.0.0.1', 10]],
  )
})
