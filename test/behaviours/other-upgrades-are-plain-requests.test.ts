import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openRaw } from '../support/conversation.ts'
import { oneRoute, startGateway } from '../support/gateway.ts'
import { startRawUpstream } from '../support/raw.ts'
import { keptRequest, lines, upgradeRequest } from '../support/requests.ts'

const upgrades = {
  h2c: lines(
    'Connection: Upgrade, HTTP2-Settings',
    'Upgrade: h2c',
    'HTTP2-Settings: AAMAAABkAARAAAAAAAIAAAAA',
  ),
  'h2c with settings kept': lines(
    'Connection: Upgrade',
    'Upgrade: h2c',
    'HTTP2-Settings: AAMAAABkAARAAAAAAAIAAAAA',
  ),
  'h2c beside websocket': lines('Connection: Upgrade', 'Upgrade: websocket', 'Upgrade: h2c'),
  'a list of both': lines('Connection: Upgrade', 'Upgrade: h2c, websocket'),
  'TLS/1.2': lines('Connection: Upgrade', 'Upgrade: TLS/1.2'),
}

for (const [what, headers] of Object.entries(upgrades)) {
  test(`B19: an upgrade to ${what} is answered as the plain request it also is`, async t => {
    const upstream = await startRawUpstream(t)
    const gateway = await startGateway(t, oneRoute({ v1: upstream.url }))
    const client = openRaw(t, gateway.port)
    const answer = await client.ask(`GET /a HTTP/1.1\r\nHost: a\r\n${headers}\r\n`)
    assert.equal(answer.status, 200)
    assert.doesNotMatch(upstream.received(), /upgrade|h2c|http2-settings|websocket|tls/i)
    // No tunnel: what follows on the connection is judged like any other request.
    const refused = await client.ask('GET /../admin HTTP/1.1\r\nHost: a\r\n\r\n')
    assert.equal(refused.status, 400)
    assert.doesNotMatch(upstream.received(), /admin/)
  })
}

const hidden = keptRequest('/hidden')
/** A request that is not whole yet: its body is what a smuggler would have taken for a request. */
const unfinished = keptRequest('/second', `content-length: ${3 + hidden.length}\r\n`, 'POST')
const declined = {
  'an upgrade to h2c': keptRequest('/first', upgrades.h2c),
  'one with a body': `${keptRequest('/first', `${upgrades.h2c}content-length: 2\r\n`, 'POST')}hi`,
  'a handshake behind a request': keptRequest('/first') + upgradeRequest('/first'),
}

for (const [what, bytes] of Object.entries(declined)) {
  test(`B13, B19: nothing of what came together with ${what} is taken for a request later`, async t => {
    const upstream = await startRawUpstream(t)
    const gateway = await startGateway(t, oneRoute({ v1: upstream.url }))
    const client = openRaw(t, gateway.port, `${bytes + unfinished}123`)
    await client.until('ok')
    client.send(hidden)
    await client.ended()
    assert.doesNotMatch(upstream.received(), /second|hidden/)
    assert.doesNotMatch(client.received(), / 400 /)
  })
}
