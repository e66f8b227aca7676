import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openRaw, startScriptedUpstream } from '../support/conversation.ts'
import { oneRoute, processWith, startGateway, upstreamClients } from '../support/gateway.ts'
import { parseAnswer } from '../support/raw.ts'
import { keptRequest, upgradeAnswer, upgradeRequest, webSocketAccept } from '../support/requests.ts'

const early = 'early bytes'

test('B18: bytes sent before the 101 wait for it, then the tunnel carries both ways', async t => {
  const upstream = await startScriptedUpstream(t)
  const gateway = await startGateway(t, oneRoute({ v1: upstream.url }))
  const client = openRaw(t, gateway.port, upgradeRequest('/') + early)
  const served = await upstream.accept()
  const head = await served.until('\r\n\r\n')
  assert.equal(head.includes(early), false)
  served.send(`${upgradeAnswer}hello`)
  assert.match(await served.until(early), /\r\n\r\nearly bytes$/)
  const answer = parseAnswer(await client.until('hello'))
  assert.equal(answer.status, 101)
  assert.equal(answer.body, 'hello')
  client.send('more')
  await served.until('early bytesmore')
})

test('B18: an upgrade answered 200 is a normal answer; early bytes reach nobody, nothing is pooled', async t => {
  const upstream = await startScriptedUpstream(t)
  const gateway = await startGateway(t, oneRoute({ v1: upstream.url }))
  const hidden = keptRequest('/hidden')
  const client = openRaw(t, gateway.port, upgradeRequest('/') + hidden)
  const served = await upstream.accept()
  await served.until('\r\n\r\n')
  served.send('HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nplain')
  const answer = parseAnswer(await client.ended())
  assert.equal(answer.status, 200)
  assert.equal(answer.body, 'plain')
  assert.doesNotMatch(await served.ended(), /hidden/)

  const next = openRaw(t, gateway.port, keptRequest('/next'))
  const fresh = await upstream.accept()
  await fresh.until('GET /next ')
  fresh.send('HTTP/1.1 204 No Content\r\n\r\n')
  await next.until('204')
  assert.equal(upstream.connections(), 2)
})

const invalid = {
  'without Upgrade': upgradeAnswer.replace('upgrade: websocket\r\n', ''),
  'to another protocol': upgradeAnswer.replace('upgrade: websocket', 'upgrade: h2c'),
  'without Connection': upgradeAnswer.replace('connection: Upgrade\r\n', ''),
  'without its accept value': upgradeAnswer.replace(/sec-websocket-accept.*\r\n/, ''),
  'with a wrong accept value': upgradeAnswer.replace(
    webSocketAccept,
    'AAAAAAAAAAAAAAAAAAAAAAAAAAA=',
  ),
  'with a protocol nobody offered': upgradeAnswer.replace(
    '\r\n\r\n',
    '\r\nsec-websocket-protocol: x\r\n\r\n',
  ),
  'in HTTP/1.0': upgradeAnswer.replace('HTTP/1.1', 'HTTP/1.0'),
}

for (const [what, text] of Object.entries(invalid)) {
  test(`B18: a 101 ${what} opens no tunnel`, async t => {
    const upstream = await startScriptedUpstream(t)
    const gateway = await startGateway(t, oneRoute({ v1: upstream.url }))
    const client = openRaw(t, gateway.port, upgradeRequest('/') + early)
    const served = await upstream.accept()
    await served.until('\r\n\r\n')
    served.send(`${text}secret`)
    const answer = parseAnswer(await client.ended())
    assert.equal(answer.status, 502)
    assert.equal(JSON.parse(answer.body).code, 'upstream-protocol')
    assert.equal((await served.ended()).includes(early), false)
  })
}

for (const upstreamClient of upstreamClients) {
  test(`B18 (${upstreamClient}): a 101 that nobody asked for is no answer and its connection is dropped`, async t => {
    const upstream = await startScriptedUpstream(t)
    const gateway = await startGateway(t, {
      ...oneRoute({ v1: upstream.url }),
      'switchback.yaml': processWith(upstreamClient),
    })
    const client = openRaw(t, gateway.port, keptRequest('/'))
    const served = await upstream.accept()
    await served.until('\r\n\r\n')
    served.send(`${upgradeAnswer}secret`)
    const answer = parseAnswer(await client.until('requestId'))
    assert.equal(answer.status, 502)
    assert.equal(JSON.parse(answer.body).code, 'upstream-protocol')
    await served.ended()
  })
}

test('B18: a handshake that is not one by RFC 6455 is refused before any upstream', async t => {
  const upstream = await startScriptedUpstream(t)
  const gateway = await startGateway(t, oneRoute({ v1: upstream.url }))
  const valid = upgradeRequest('/')
  for (const text of [
    valid.replace('GET', 'POST'),
    valid.replace('HTTP/1.1', 'HTTP/1.0'),
    valid.replace('version: 13', 'version: 8'),
    valid.replace(/sec-websocket-version.*\r\n/, ''),
    valid.replace(/sec-websocket-key.*\r\n/, ''),
    valid.replace(/key: .*\r\n/, 'key: short\r\n'),
    valid.replace(/(sec-websocket-key.*\r\n)/, '$1$1'),
  ]) {
    const answer = parseAnswer(await openRaw(t, gateway.port, text).ended())
    assert.equal(answer.status, 400, text)
    assert.equal(JSON.parse(answer.body).code, 'bad-upgrade', text)
  }
  assert.equal(upstream.connections(), 0)
})
