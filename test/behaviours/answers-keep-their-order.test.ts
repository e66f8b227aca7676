import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import type { Refusal } from '../../src/errors.ts'
import { openRaw, startScriptedUpstream } from '../support/conversation.ts'
import {
  oneRoute,
  processWith,
  startGateway,
  testProcess,
  upstreamClients,
} from '../support/gateway.ts'
import { okAnswer, sendRaw, startRawUpstream } from '../support/raw.ts'
import { keptRequest, plainRequest, upgradeRequest } from '../support/requests.ts'

const first = `${keptRequest('/first', 'content-length: 2\r\n', 'POST')}hi`
const connectRequest = 'CONNECT a:1 HTTP/1.1\r\nhost: a:1\r\n\r\n'

/** What comes behind a request that has no answer yet, and every status that the client then gets. */
const behind: Record<string, [bytes: string, reason: Refusal, statuses: number[]]> = {
  'what is no request': ['gar bage\r\n\r\n', 'bad-request', [200, 400]],
  'too large a head': [
    keptRequest('/', `a: ${'a'.repeat(20_000)}\r\n`),
    'headers-too-large',
    [200, 431],
  ],
  'half a head': ['GET / HT', 'request-timeout', [200, 408]],
  'a refused request': [keptRequest('/..%2f'), 'bad-target', [200, 400]],
  'a refused handshake': [upgradeRequest('/..%2f'), 'bad-target', [200, 400]],
  'a CONNECT': [connectRequest, 'method-not-allowed', []],
}

const statusesIn = (text: string) =>
  Array.from(text.matchAll(/HTTP\/1\.1 (\d+)/g), found => Number(found[1]))

const refusals = (reason: Refusal) => `switchback_refusals_total{route="",reason="${reason}"}`

async function start(t: TestContext) {
  const upstream = await startScriptedUpstream(t)
  const gateway = await startGateway(t, {
    ...oneRoute({ v1: upstream.url }),
    'switchback.yaml': `${testProcess}limits: { headersTimeoutMs: 100 }\n`,
  })
  return { upstream, gateway }
}

for (const [what, [bytes, reason, statuses]] of Object.entries(behind)) {
  test(`${what} behind a request does not take its answer`, async t => {
    const { upstream, gateway } = await start(t)
    const client = openRaw(t, gateway.port, first)
    const served = await upstream.accept()
    await served.until('hi')
    client.send(bytes)
    while ((await gateway.metric(refusals(reason))) === 0);
    assert.equal(client.received(), '')
    served.send(okAnswer)
    assert.deepEqual(statusesIn(await client.ended()), statuses)
    assert.equal(upstream.connections(), 1)
  })
}

test('a WebSocket handshake behind a request without its answer is answered in its turn, as a request', async t => {
  const { upstream, gateway } = await start(t)
  const client = openRaw(t, gateway.port, first + upgradeRequest('/chat'))
  const [one, two] = [await upstream.accept(), await upstream.accept()]
  await one.until('hi')
  assert.doesNotMatch(await two.until('\r\n\r\n'), /^(upgrade|connection):/im)
  two.send(okAnswer.replace('ok', 'no'))
  assert.equal(client.received(), '')
  one.send(okAnswer)
  assert.match(
    await client.until(/ok[\s\S]*no$/),
    /^HTTP\/1\.1 200 [\s\S]*ok(HTTP\/1\.1 200 [\s\S]*)no$/,
  )
})

test('bytes behind the last request of a connection do not take its answer', async t => {
  const { upstream, gateway } = await start(t)
  const client = openRaw(t, gateway.port, `${plainRequest('/')}GET / HTTP/1.1\r\n`)
  const served = await upstream.accept()
  await served.until('\r\n\r\n')
  served.send(okAnswer)
  assert.deepEqual(statusesIn(await client.ended()), [200])
})

/** Refused at once, and nothing behind them is read as a request any more. */
const refused = {
  'an ambiguous target': keptRequest('/..%2f'),
  'two hosts': keptRequest('/', 'host: other\r\n'),
  'too long a body': `${keptRequest('/', 'content-length: 6\r\n', 'POST')}123456`,
}

for (const client of upstreamClients) {
  for (const [what, bytes] of Object.entries(refused)) {
    test(`a request behind one refused for ${what} is not served for nobody (${client})`, async t => {
      const upstream = await startRawUpstream(t)
      const { port } = await startGateway(t, {
        ...oneRoute({ v1: upstream.url, policy: 'maxBodyBytes: 5\n' }),
        'switchback.yaml': processWith(client),
      })
      // An idle connection to the upstream, so that a request could leave at once.
      await sendRaw(port, plainRequest('/'))
      const answer = await sendRaw(port, bytes + keptRequest('/hidden', '', 'POST'))
      assert.equal(statusesIn(answer.text).length, 1)
      await sendRaw(port, plainRequest('/'))
      assert.doesNotMatch(upstream.received(), /hidden/)
    })
  }
}
