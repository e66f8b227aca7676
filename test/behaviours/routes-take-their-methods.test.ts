import assert from 'node:assert/strict'
import { test } from 'node:test'
import { oneRoute, startGateway } from '../support/gateway.ts'
import { startRawUpstream } from '../support/raw.ts'
import { assertNothingArrived, assertRefused, bothWays } from '../support/requests.ts'

for (const [way, request] of bothWays) {
  test(`${way} with a method that no route takes is told those that some do`, async t => {
    const upstream = await startRawUpstream(t)
    const route = (path: string, methods: string) =>
      `match: { path: ${path}, methods: [${methods}] }\nv1: { url: "${upstream.url}" }\npolicy: open\n`
    const gateway = await startGateway(t, {
      ...oneRoute({ v1: upstream.url, path: '/open' }),
      'routes/write.yaml': route('/api', 'POST, PUT'),
      'routes/remove.yaml': route('/api', 'DELETE'),
    })
    const answer = await assertRefused(gateway.port, request('/api/x'), 405, 'method-not-allowed')
    const allowed = answer.headers.get('allow')?.split(', ').sort()
    assert.deepEqual(allowed, ['DELETE', 'POST', 'PUT'])
    const elsewhere = await assertRefused(gateway.port, request('/else'), 404, 'no-route')
    assert.equal(elsewhere.headers.has('allow'), false)
    await assertNothingArrived(gateway.port, upstream, '/open')
  })
}
