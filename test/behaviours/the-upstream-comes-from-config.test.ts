import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openRaw } from '../support/conversation.ts'
import { oneRoute, startGateway } from '../support/gateway.ts'
import { startRawUpstream } from '../support/raw.ts'
import { assertNothingArrived, assertRefused, bothWays } from '../support/requests.ts'

for (const [way, request] of bothWays) {
  test(`B5: ${way} cannot name another upstream in its target`, async t => {
    const evil = await startRawUpstream(t)
    const upstream = await startRawUpstream(t)
    const gateway = await startGateway(t, oneRoute({ v1: upstream.url }))
    const other = `127.0.0.1:${evil.port}`
    const { port } = gateway

    await assertRefused(port, request(`//${other}/`), 400, 'bad-target')
    await assertRefused(port, request(`http://${other}/`), 400, 'bad-host')
    await assertRefused(port, request(`http://api.example.com@${other}/`), 400, 'bad-target')
    await assertRefused(port, request(`http://${other}@api.example.com/`), 400, 'bad-target')
    await assertRefused(port, request(`http:///${other}`), 400, 'bad-target')
    await assertRefused(port, request(`ftp://api.example.com/`), 400, 'bad-target')
    await assertRefused(port, request(`@${other}`), 400, 'bad-request')
    await assertRefused(port, request(other), 400, 'bad-request')
    await assertRefused(port, request('*'), 400, 'bad-target')
    await assertRefused(port, request('/x#@evil'), 400, 'bad-target')

    await assertNothingArrived(port, upstream)
    assert.equal(evil.connections(), 0)
  })

  test(`B5: ${way} to a strange Host or path still goes where the route says`, async t => {
    const evil = await startRawUpstream(t)
    const upstream = await startRawUpstream(t)
    const gateway = await startGateway(t, oneRoute({ v1: upstream.url }))
    const other = `127.0.0.1:${evil.port}`

    await openRaw(t, gateway.port, request(`/@${other}/x`)).until('\r\n\r\nok')
    const moved = request('/y').replace('api.example.com', other)
    await openRaw(t, gateway.port, moved).until('\r\n\r\nok')

    assert.match(upstream.received(), new RegExp(`^GET /@${other}/x HTTP/1\\.1\r\n`))
    assert.match(upstream.received(), new RegExp(`GET /y HTTP/1\\.1\r\nhost: ${other}\r\n`))
    assert.equal(evil.connections(), 0)
  })

  test(`B5: ${way} in absolute form with its own Host arrives in origin form`, async t => {
    const upstream = await startRawUpstream(t)
    const gateway = await startGateway(t, oneRoute({ v1: upstream.url }))
    const target = 'http://API.example.com/x?y=http://evil/'
    await openRaw(t, gateway.port, request(target)).until('\r\n\r\nok')
    assert.match(
      upstream.received(),
      /^GET \/x\?y=http:\/\/evil\/ HTTP\/1\.1\r\nhost: api\.example\.com\r\n/,
    )
  })
}
