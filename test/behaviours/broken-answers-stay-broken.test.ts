import assert from 'node:assert/strict'
import { once } from 'node:events'
import { type TestContext, test } from 'node:test'
import { type Conversation, openRaw, startScriptedUpstream } from '../support/conversation.ts'
import {
  oneRoute,
  processWith,
  startGateway,
  type UpstreamClient,
  upstreamClients,
} from '../support/gateway.ts'
import { keptRequest, upgradeAnswer, upgradeRequest } from '../support/requests.ts'

const long = 'x'.repeat(200_000)
const sized = 'HTTP/1.1 200 OK\r\ncontent-length: 300000\r\n\r\n'
const chunked = 'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n'
const untilClose = 'HTTP/1.1 200 OK\r\n\r\n'
const chunk = (text: string) => `${text.length.toString(16)}\r\n${text}\r\n`

type Death = 'end' | 'resetAndDestroy'

/** What the upstream sends, and how it dies. */
const deaths: [string, string, Death, string][] = [
  ['a sized body at its start', sized, 'end', 'reset'],
  ['a sized body', `${sized}hello`, 'end', 'reset'],
  ['a long sized body', sized + long, 'resetAndDestroy', 'reset'],
  ['a chunked body at its start', chunked, 'end', 'reset'],
  ['a chunked body between chunks', chunked + chunk('hello'), 'end', 'reset'],
  ['a chunked body within a chunk', `${chunked}a\r\nhello`, 'end', 'reset'],
  ['a chunked body before its last line', `${chunked}${chunk('hello')}0\r\n`, 'end', 'reset'],
  ['a long chunked body', chunked + chunk(long), 'resetAndDestroy', 'reset'],
]

async function startFor(t: TestContext, client: UpstreamClient) {
  const upstream = await startScriptedUpstream(t)
  const gateway = await startGateway(t, {
    ...oneRoute({ v1: upstream.url, policy: 'timeouts: { bodyMs: 300 }\n' }),
    'switchback.yaml': processWith(client),
  })
  return { upstream, gateway }
}

/** The client can tell that something is missing, by the framing alone. */
function assertBroken(text: string): void {
  const body = text.slice(text.indexOf('\r\n\r\n') + 4)
  if (/content-length: 300000/i.test(text)) assert.ok(body.length < 300_000)
  else {
    assert.match(text, /transfer-encoding: chunked/i)
    assert.doesNotMatch(body, /(^|\r\n)0\r\n\r\n$/)
  }
}

async function serve(served: Conversation, caller: Conversation, text: string): Promise<void> {
  await served.until('\r\n\r\n')
  served.send(text)
  await caller.until('\r\n\r\n')
  if (text.includes('hello')) await caller.until('hello')
}

for (const client of upstreamClients) {
  for (const [what, text, death, fault] of deaths) {
    test(`B37 (${client}): an upstream that dies in ${what} leaves a broken body (${death})`, async t => {
      const { upstream, gateway } = await startFor(t, client)
      const caller = openRaw(t, gateway.port, keptRequest('/'))
      const served = await upstream.accept()
      await serve(served, caller, text)
      served.socket[death]()
      const received = await caller.ended()
      assert.match(received, /^HTTP\/1\.1 200 OK\r\n/)
      assertBroken(received)
      assert.equal(upstream.connections(), 1)
      const sample = `switchback_upstream_faults_total{route="main",variant="v1",fault="${fault}"}`
      assert.equal(await gateway.metric(sample), 1)
    })
  }

  test(`B37 (${client}): an answer that turns into nonsense or silence is broken off`, async t => {
    const { upstream, gateway } = await startFor(t, client)
    for (const [rest, fault] of [
      ['nonsense\r\n', 'protocol'],
      ['', 'body-timeout'],
    ]) {
      const caller = openRaw(t, gateway.port, keptRequest('/'))
      const served = await upstream.accept()
      await serve(served, caller, chunked + chunk('hello'))
      if (rest) served.send(rest)
      assertBroken(await caller.ended())
      await served.ended()
      const sample = `switchback_upstream_faults_total{route="main",variant="v1",fault="${fault}"}`
      assert.equal(await gateway.metric(sample), 1)
    }
  })

  test(`B37 (${client}): a client of HTTP/1.0, which knows no chunks, sees a reset`, async t => {
    const { upstream, gateway } = await startFor(t, client)
    const caller = openRaw(t, gateway.port, 'GET / HTTP/1.0\r\nHost: a\r\n\r\n')
    const served = await upstream.accept()
    await serve(served, caller, chunked + chunk('hello'))
    const failed = once(caller.socket, 'error')
    served.socket.end()
    const [error] = await failed
    assert.equal(error.code, 'ECONNRESET')
  })

  test(`B37 (${client}): a body until close that ends cleanly is a whole one`, async t => {
    const { upstream, gateway } = await startFor(t, client)
    const caller = openRaw(t, gateway.port, keptRequest('/', 'connection: close\r\n'))
    const served = await upstream.accept()
    await serve(served, caller, `${untilClose}hello`)
    served.socket.end()
    assert.match(await caller.ended(), /5\r\nhello\r\n0\r\n\r\n$/)
  })
}

for (const client of upstreamClients) {
  test(`B37 (${client}): a body until close that ends with a reset is ${client === 'http1' ? 'broken' : 'taken for whole, as undici does'}`, async t => {
    const { upstream, gateway } = await startFor(t, client)
    const caller = openRaw(t, gateway.port, keptRequest('/', 'connection: close\r\n'))
    const served = await upstream.accept()
    await serve(served, caller, `${untilClose}hello`)
    served.socket.resetAndDestroy()
    const received = await caller.ended()
    if (client === 'http1') assertBroken(received)
    else assert.match(received, /5\r\nhello\r\n0\r\n\r\n$/)
  })
}

test('B37: a refused handshake whose answer breaks off is broken for the client too', async t => {
  const { upstream, gateway } = await startFor(t, 'http1')
  for (const text of [`${sized}hello`, chunked + chunk('hello')]) {
    const caller = openRaw(t, gateway.port, upgradeRequest('/'))
    const served = await upstream.accept()
    await serve(served, caller, text.replace('200 OK', '403 Forbidden'))
    served.socket.end()
    const received = await caller.ended()
    assert.match(received, /^HTTP\/1\.1 403 Forbidden\r\n/)
    assertBroken(received)
  }
})

test('B37: a WebSocket whose upstream dies ends for the client', async t => {
  const { upstream, gateway } = await startFor(t, 'http1')
  for (const death of ['end', 'resetAndDestroy'] as const) {
    const caller = openRaw(t, gateway.port, upgradeRequest('/'))
    const served = await upstream.accept()
    await serve(served, caller, `${upgradeAnswer}hello`)
    served.socket[death]()
    assert.match(await caller.ended(), /\r\n\r\nhello$/)
  }
})
