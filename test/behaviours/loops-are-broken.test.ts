import assert from 'node:assert/strict'
import { test } from 'node:test'
import { oneRoute, startGateway, testProcess } from '../support/gateway.ts'
import { sendRaw, startRawUpstream } from '../support/raw.ts'
import {
  assertNothingArrived,
  assertRefused,
  bothWays,
  lines,
  plainRequest,
  valuesIn,
} from '../support/requests.ts'

for (const [way, request] of bothWays) {
  test(`B40: ${way} that carries our Via is answered 508`, async t => {
    const upstream = await startRawUpstream(t)
    const gateway = await startGateway(t, oneRoute({ v1: upstream.url }))
    for (const via of [
      ['1.1 switchback'],
      ['1.0 edge, 1.1 switchback'],
      ['1.1 SWITCHBACK (a comment), 1.1 edge'],
      ['HTTP/1.1\tswitchback'],
      ['1.0 edge', '1.1 switchback'],
    ]) {
      const headers = lines(...via.map(value => `via: ${value}`))
      await assertRefused(gateway.port, request('/', headers), 508, 'loop')
    }
    await assertNothingArrived(gateway.port, upstream)
  })

  test(`B40: ${way} that went into a gateway and back again ends there`, async t => {
    const upstream = await startRawUpstream(t)
    const gateway = await startGateway(t, oneRoute({ v1: upstream.url }))
    await gateway.edit({
      'routes/main.yaml': oneRoute({ v1: gateway.url })['routes/main.yaml'] as string,
    })
    assert.notEqual((await gateway.reload()).result, 'refused')
    const answer = await sendRaw(gateway.port, request('/'))
    assert.equal(answer.status, 508)
    const refusals = 'switchback_refusals_total{route="",reason="loop"}'
    assert.equal(await gateway.metric(refusals), 1)
    assert.equal(upstream.connections(), 0)
  })
}

test('B40: other gateways in Via are no loop, and ours is added behind them', async t => {
  const upstream = await startRawUpstream(t)
  const gateway = await startGateway(t, {
    ...oneRoute({ v1: upstream.url }),
    'switchback.yaml': `${testProcess}name: edge.1\n`,
  })
  const others = ['1.1 edge-1', '1.1 switchback (edge.1)', '1.1 edge.12', '1.1 my.edge.1']
  for (const via of others) {
    const answer = await sendRaw(gateway.port, plainRequest('/', lines(`via: ${via}`)))
    assert.equal(answer.status, 200, via)
    assert.equal(valuesIn(upstream.received(), 'via').at(-1), `${via}, 1.1 edge.1`)
  }
  await assertRefused(gateway.port, plainRequest('/', lines('via: 1.1 edge.1')), 508, 'loop')
})
