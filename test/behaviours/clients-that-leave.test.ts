import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Conversation, openRaw, startScriptedUpstream } from '../support/conversation.ts'
import {
  oneRoute,
  processWith,
  startGateway,
  type TestGateway,
  upstreamClients,
} from '../support/gateway.ts'
import { keptRequest, upgradeAnswer, upgradeRequest } from '../support/requests.ts'

const chunkedAnswer = 'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\nhello\r\n'
const post = keptRequest('/', 'content-length: 10\r\n', 'POST')

/** When the client leaves: what it sends, and what happens before. */
const moments: [
  string,
  string,
  (served: Conversation, caller: Conversation) => Promise<unknown>,
][] = [
  ['before the answer', keptRequest('/'), served => served.until('\r\n\r\n')],
  ['within its own body', `${post}hel`, served => served.until('hel')],
  [
    'within the answer',
    keptRequest('/'),
    async (served, caller) => {
      await served.until('\r\n\r\n')
      served.send(chunkedAnswer)
      await caller.until('hello')
    },
  ],
  ['within a handshake', upgradeRequest('/'), served => served.until('\r\n\r\n')],
]

/** Nothing is held against V2: no fault, no answer, no retry, no refusal. */
async function assertNotCounted(gateway: TestGateway, aborts: number): Promise<void> {
  const text = await (await fetch(`${gateway.adminUrl}/metrics`)).text()
  const all = text.split('\n').filter(line => /^switchback_.*route="main"/.test(line))
  // None is under way any more.
  const samples = all.filter(line => !line.endsWith(' 0'))
  const aborted = 'switchback_client_aborts_total{route="main",variant="v2"}'
  assert.deepEqual(
    samples.filter(line => !line.startsWith('switchback_assignments_total')),
    [`${aborted} ${aborts}`],
  )
}

for (const client of upstreamClients) {
  for (const [moment, request, happens] of moments) {
    for (const how of ['destroy', 'resetAndDestroy'] as const) {
      test(`B36 (${client}): a client that leaves ${moment} (${how}) ends the upstream's work, and V2 is not blamed`, async t => {
        const upstream = await startScriptedUpstream(t)
        const gateway = await startGateway(t, {
          ...oneRoute({ v1: 'http://127.0.0.1:9', v2: upstream.url, percent: 100 }),
          'switchback.yaml': processWith(client),
        })
        const rounds = 5
        for (let round = 0; round < rounds; round++) {
          const caller = openRaw(t, gateway.port, request)
          const served = await upstream.accept()
          await happens(served, caller)
          caller.socket[how]()
          await served.ended()
        }
        await assertNotCounted(gateway, rounds)
        const logged = gateway.logLines.map(line => JSON.parse(line)).filter(line => line.requestId)
        assert.equal(logged.length, rounds)
        for (const line of logged) {
          assert.equal(line.status, 0)
          assert.equal(line.fault, undefined)
          assert.equal(line.refusal, undefined)
        }
      })
    }
  }
}

test('B36: a client that leaves its WebSocket ends the one behind it, and V2 is not blamed', async t => {
  const upstream = await startScriptedUpstream(t)
  const gateway = await startGateway(
    t,
    oneRoute({ v1: 'http://127.0.0.1:9', v2: upstream.url, percent: 100 }),
  )
  const open = 'switchback_websockets_open{route="main",variant="v2"}'
  for (const how of ['destroy', 'resetAndDestroy'] as const) {
    const caller = openRaw(t, gateway.port, upgradeRequest('/'))
    const served = await upstream.accept()
    await served.until('\r\n\r\n')
    served.send(upgradeAnswer)
    await caller.until('101')
    assert.equal(await gateway.metric(open), 1)
    caller.socket[how]()
    await served.ended()
    served.socket.end()
    await new Promise(resolve => served.socket.once('close', resolve))
  }
  const text = await (await fetch(`${gateway.adminUrl}/metrics`)).text()
  assert.doesNotMatch(text, /^switchback_upstream_faults_total\{/m)
  assert.match(text, /^switchback_websockets_open\{route="main",variant="v2"\} 0$/m)
})
