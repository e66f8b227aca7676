import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openRaw, startScriptedUpstream } from '../support/conversation.ts'
import { oneRoute, startGateway, testProcess } from '../support/gateway.ts'
import { parseAnswer } from '../support/raw.ts'
import { keptRequest, lines, upgradeAnswer, upgradeRequest, valuesIn } from '../support/requests.ts'

const listed = [
  'X-Forwarded-For, x-forwarded-proto, x-forwarded-host, x-request-id, via',
  'authorization, cookie, content-type, host, content-length, x-private, x-user-id',
]
const fields = lines(
  'authorization: Basic dXNlcjpwYXNz',
  'cookie: a=1',
  'content-type: text/plain',
  'x-private: 1',
  'x-user-id: 42',
  'keep-alive: timeout=5',
  'proxy-connection: keep-alive',
  'te: trailers',
  'proxy-authorization: Basic cHJveHk=',
  'x-kept: 1',
)

function assertClean(head: string): void {
  assert.deepEqual(valuesIn(head, 'host'), ['api.example.com'])
  assert.deepEqual(valuesIn(head, 'x-forwarded-for'), ['127.0.0.1'])
  assert.deepEqual(valuesIn(head, 'x-forwarded-proto'), ['http'])
  assert.deepEqual(valuesIn(head, 'x-forwarded-host'), ['api.example.com'])
  assert.deepEqual(valuesIn(head, 'via'), ['1.1 switchback'])
  assert.equal(valuesIn(head, 'x-request-id').length, 1)
  assert.deepEqual(valuesIn(head, 'authorization'), ['Basic dXNlcjpwYXNz'])
  assert.deepEqual(valuesIn(head, 'cookie'), ['a=1'])
  assert.deepEqual(valuesIn(head, 'content-type'), ['text/plain'])
  assert.deepEqual(valuesIn(head, 'x-kept'), ['1'])
  for (const name of ['x-private', 'x-user-id', 'keep-alive', 'proxy-connection', 'te']) {
    assert.deepEqual(valuesIn(head, name), [], name)
  }
  assert.deepEqual(valuesIn(head, 'proxy-authorization'), [])
}

for (const client of ['http1', 'undici']) {
  test(`B7 (${client}): headers named in Connection go, ours arrive, nobody loses Authorization`, async t => {
    const upstream = await startScriptedUpstream(t)
    const gateway = await startGateway(t, {
      ...oneRoute({ v1: upstream.url }),
      'switchback.yaml': `${testProcess}upstream: { client: ${client} }\n`,
    })
    const connection = listed.map(list => `Connection: ${list}`)
    openRaw(
      t,
      gateway.port,
      `${keptRequest('/', fields + lines(...connection, 'content-length: 3'), 'POST')}abc`,
    )
    const served = await upstream.accept()
    const received = await served.until('abc')
    assertClean(received)
    assert.deepEqual(valuesIn(received, 'content-length'), ['3'])
    served.send('HTTP/1.1 204 No Content\r\n\r\n')
  })

  test(`B8 (${client}): headers that the upstream names in Connection do not reach the client`, async t => {
    const upstream = await startScriptedUpstream(t)
    const gateway = await startGateway(t, {
      ...oneRoute({ v1: upstream.url }),
      'switchback.yaml': `${testProcess}upstream: { client: ${client} }\n`,
    })
    const client1 = openRaw(t, gateway.port, keptRequest('/'))
    const served = await upstream.accept()
    await served.until('\r\n\r\n')
    served.send(
      'HTTP/1.1 200 OK\r\nConnection: keep-alive, X-Internal\r\nconnection: x-second, content-length, set-cookie\r\n' +
        'x-internal: secret\r\nx-second: secret\r\nkeep-alive: timeout=99\r\nproxy-authenticate: Basic\r\n' +
        'upgrade: h2c\r\nx-kept: 1\r\nset-cookie: a=1\r\nset-cookie: b=2\r\ncontent-length: 2\r\n\r\nok',
    )
    const answer = parseAnswer(await client1.until('\r\n\r\nok'))
    assert.doesNotMatch(answer.text, /secret|timeout=99|proxy-authenticate|h2c|x-internal/i)
    assert.equal(answer.headers.get('x-kept'), '1')
    assert.equal(answer.headers.get('set-cookie'), 'a=1\nb=2')
    assert.equal(answer.headers.get('content-length'), '2')
  })
}

test('B7, B8: the same holds for an upgrade and its 101', async t => {
  const upstream = await startScriptedUpstream(t)
  const gateway = await startGateway(t, oneRoute({ v1: upstream.url }))
  const connection = listed.map(list => `Connection: ${list}`)
  const client = openRaw(t, gateway.port, upgradeRequest('/', fields + lines(...connection)))
  const served = await upstream.accept()
  const received = await served.until('\r\n\r\n')
  assertClean(received)
  assert.deepEqual(valuesIn(received, 'connection'), ['Upgrade'])
  assert.deepEqual(valuesIn(received, 'upgrade'), ['websocket'])
  served.send(
    upgradeAnswer.replace(
      'connection: Upgrade',
      'connection: Upgrade, x-internal\r\nx-internal: secret\r\nx-kept: 1',
    ),
  )
  const answer = parseAnswer(await client.until('\r\n\r\n'))
  assert.equal(answer.status, 101)
  assert.doesNotMatch(answer.text, /internal/)
  assert.equal(answer.headers.get('x-kept'), '1')
  assert.equal(answer.headers.get('connection'), 'Upgrade')
})
