import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openRaw, startScriptedUpstream } from '../support/conversation.ts'
import { oneRoute, processWith, startGateway, upstreamClients } from '../support/gateway.ts'
import { keptRequest, upgradeAnswer, upgradeRequest, valuesIn } from '../support/requests.ts'

const bodies = {
  none: { headers: '', body: '', framing: /^$/ },
  sized: { headers: 'content-length: 5\r\n', body: 'hello', framing: /^content-length: 5$/ },
  chunked: {
    headers: 'transfer-encoding: CHUNKED\r\n',
    body: '5\r\nhello\r\n0\r\n\r\n',
    // undici counts a body that is all there when it starts to send.
    framing: /^(transfer-encoding: chunked|content-length: 5)$/,
  },
}

for (const client of upstreamClients) {
  for (const hostHeader of ['preserve', 'upstream']) {
    test(`B16 (${client}): what goes upstream has one Host (${hostHeader}) and one framing`, async t => {
      const upstream = await startScriptedUpstream(t)
      const gateway = await startGateway(t, {
        ...oneRoute({ v1: upstream.url }),
        'routes/main.yaml': `match: { path: / }\nv1: { url: "${upstream.url}", hostHeader: ${hostHeader} }\npolicy: open\n`,
        'switchback.yaml': processWith(client),
      })
      const host = hostHeader === 'preserve' ? 'api.example.com' : `127.0.0.1:${upstream.port}`
      for (const method of ['GET', 'POST', 'DELETE', 'OPTIONS']) {
        for (const { headers, body, framing } of Object.values(bodies)) {
          const caller = openRaw(t, gateway.port, keptRequest('/', headers, method) + body)
          const served = await upstream.accept()
          const received = await served.until(body === '' ? '\r\n\r\n' : 'hello')
          const head = received.slice(0, received.indexOf('\r\n\r\n'))
          assert.deepEqual(valuesIn(head, 'host'), [host])
          const lengths = valuesIn(head, 'content-length').map(value => `content-length: ${value}`)
          const codings = valuesIn(head, 'transfer-encoding')
          const found = [...lengths, ...codings.map(value => `transfer-encoding: ${value}`)]
          // A method that usually has a body may say that it has none.
          if (body !== '' || found[0] !== 'content-length: 0') {
            assert.match(found.join(', '), framing, `${method}: ${head}`)
          }
          served.send('HTTP/1.1 204 No Content\r\nconnection: close\r\n\r\n')
          await caller.until('\r\n\r\n')
          served.socket.end()
        }
      }
    })
  }
}

test('B16: an upgrade goes upstream with one Host and no framing', async t => {
  const upstream = await startScriptedUpstream(t)
  const gateway = await startGateway(t, oneRoute({ v1: upstream.url }))
  openRaw(t, gateway.port, upgradeRequest('/', 'content-length: 0\r\n'))
  const served = await upstream.accept()
  const head = await served.until('\r\n\r\n')
  assert.deepEqual(valuesIn(head, 'host'), ['api.example.com'])
  assert.deepEqual(valuesIn(head, 'content-length'), [])
  assert.deepEqual(valuesIn(head, 'transfer-encoding'), [])
  served.send(upgradeAnswer)
})
