import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openRaw } from '../support/conversation.ts'
import { oneRoute, startGateway, testProcess } from '../support/gateway.ts'
import { startRawUpstream } from '../support/raw.ts'
import { assertNothingArrived, assertRefused, bothWays } from '../support/requests.ts'

/** `count` short header lines, each with its own number. */
const many = (count: number) =>
  Array.from({ length: count }, (_, i) => `a${i.toString(36)}:1\r\n`).join('')

/** Header lines that the request has by itself. */
const own = (request: string) => request.split('\r\n').length - 3

for (const [way, request] of bothWays) {
  test(`B12: ${way} with too many header lines is answered 431`, async t => {
    const upstream = await startRawUpstream(t)
    const gateway = await startGateway(t, oneRoute({ v1: upstream.url }))
    const room = 100 - own(request('/'))
    for (const count of [room + 1, 1000, 1500, 2100]) {
      await assertRefused(gateway.port, request('/', many(count)), 431, 'too-many-headers')
    }
    await assertNothingArrived(gateway.port, upstream)
  })

  test(`B12: ${way} with as many header lines as allowed arrives with all of them`, async t => {
    const upstream = await startRawUpstream(t)
    const gateway = await startGateway(t, {
      ...oneRoute({ v1: upstream.url }),
      'switchback.yaml': `${testProcess}limits: { maxHeaderCount: 3000, maxHeaderBytes: 65536 }\n`,
    })
    const room = 3000 - own(request('/'))
    await openRaw(t, gateway.port, request('/', many(room))).until('\r\n\r\nok')
    const arrived = upstream.received().match(/\r\na[0-9a-z]+: 1(?=\r\n)/g) ?? []
    assert.equal(new Set(arrived).size, room)
    await assertRefused(gateway.port, request('/', many(room + 1)), 431, 'too-many-headers')
  })

  test(`B28: ${way} with 20 KiB of headers is answered 431, with a long target 414`, async t => {
    const upstream = await startRawUpstream(t)
    const gateway = await startGateway(t, oneRoute({ v1: upstream.url }))
    const { port } = gateway
    const large = 'x'.repeat(20_480)
    await assertRefused(port, request('/', `a: ${large}\r\n`), 431, 'headers-too-large')
    await assertRefused(port, request('/', `${large}: a\r\n`), 431, 'headers-too-large')
    const halves = `a: ${large.slice(10_240)}\r\nb: ${large.slice(10_240)}\r\n`
    await assertRefused(port, request('/', halves), 431, 'headers-too-large')
    await assertRefused(port, request(`/${'x'.repeat(8192)}`), 414, 'target-too-long')
    await assertRefused(port, request(`/?${'x'.repeat(8191)}`), 414, 'target-too-long')
    await assertRefused(port, request(`/${large}`), 414, 'target-too-long')
    await assertRefused(port, request(`/${large}`, `a: ${large}\r\n`), 414, 'target-too-long')
    await assertNothingArrived(port, upstream, `/${'x'.repeat(8191)}`)
  })
}
