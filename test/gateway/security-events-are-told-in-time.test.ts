import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { SecurityReport } from '../../src/security/event.ts'
import { oneRoute, startGateway, testProcess } from '../support/gateway.ts'
import { startUpstream } from '../support/http.ts'
import { createManualClock } from '../support/manual-clock.ts'
import { sendRaw } from '../support/raw.ts'
import { plainRequest } from '../support/requests.ts'

test('an event is told a quarter of a second after the refusal that made it one', async t => {
  const clock = createManualClock()
  const v1 = await startUpstream(t, 'v1')
  const rule = 'security: { events: { probing: { perClient: 3, inAll: 3 } } }\n'
  const gateway = await startGateway(
    t,
    { ...oneRoute({ v1: v1.url }), 'switchback.yaml': testProcess + rule },
    clock,
  )
  const lasting = async () => {
    const answer = await fetch(`${gateway.adminUrl}/security`)
    return ((await answer.json()) as SecurityReport).lasting.length
  }
  for (let i = 0; i < 3; i++) await sendRaw(gateway.port, plainRequest('/a/../b'))
  assert.equal(await lasting(), 0)
  clock.advance(250)
  assert.equal(await lasting(), 1)
})
