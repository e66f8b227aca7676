import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openRaw, startScriptedUpstream } from '../support/conversation.ts'
import { oneRoute, processWith, startGateway, upstreamClients } from '../support/gateway.ts'
import { keptRequest, upgradeRequest } from '../support/requests.ts'

const exposing = 'access-control-expose-headers: content-length\r\n'

test('a refused handshake whose header names Content-Length as a value keeps its chunks', async t => {
  const upstream = await startScriptedUpstream(t)
  const gateway = await startGateway(t, oneRoute({ v1: upstream.url }))
  const client = openRaw(t, gateway.port, upgradeRequest('/'))
  const served = await upstream.accept()
  await served.until('\r\n\r\n')
  served.send(`HTTP/1.1 403 No\r\n${exposing}transfer-encoding: chunked\r\n\r\n5\r\nhello\r\n`)
  await client.until('hello')
  served.socket.destroy()
  const answer = await client.ended()
  assert.match(answer, /^transfer-encoding: chunked\r$/m)
  // Broken off, and to be seen as such.
  assert.doesNotMatch(answer, /\r\n0\r\n\r\n$/)
})

for (const client of upstreamClients) {
  test(`a header that names Content-Length as a value says nothing about the body (${client})`, async t => {
    const upstream = await startScriptedUpstream(t)
    const gateway = await startGateway(t, {
      ...oneRoute({ v1: upstream.url }),
      'switchback.yaml': processWith(client),
    })
    const caller = openRaw(t, gateway.port, keptRequest('/'))
    const served = await upstream.accept()
    await served.until('\r\n\r\n')
    served.send(`HTTP/1.1 200 OK\r\n${exposing}2: name\r\ncontent-length: 4\r\n\r\nab`)
    await caller.until(/\r\n\r\nab$/)
    served.send('cd')
    await caller.until(/\r\n\r\nabcd$/)
  })
}
