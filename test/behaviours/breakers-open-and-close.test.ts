import assert from 'node:assert/strict'
import type { Socket } from 'node:net'
import { test } from 'node:test'
import { type Conversation, openRaw, startScriptedUpstream } from '../support/conversation.ts'
import {
  oneRoute,
  processWith,
  startGateway,
  type TestGateway,
  upstreamClients,
} from '../support/gateway.ts'
import { logged } from '../support/log-events.ts'
import { okAnswer, sendRaw, startRawUpstream } from '../support/raw.ts'
import {
  assertRefused,
  headsIn,
  keptRequest,
  plainRequest,
  upgradeAnswer,
  upgradeRequest,
} from '../support/requests.ts'

const error500 = 'HTTP/1.1 500 Internal Server Error\r\ncontent-length: 4\r\n\r\noops'
const notFound = 'HTTP/1.1 404 Not Found\r\ncontent-length: 2\r\n\r\nno'

/** Opens at the fifth failure, if half of all fail, and stays so for the rest of the test. */
const breaker = 'breaker: { errorRate: 50%, minRequests: 5, openFor: 1h }\n'
/** The same, to see it probe. */
const brief = 'breaker: { errorRate: 50%, minRequests: 5, openFor: 200ms }\n'

/** How an upstream answers each of its requests, by turns. */
function answering(answer: () => string) {
  return (socket: Socket) =>
    socket.on('data', () => {
      const text = answer()
      if (text === '') socket.resetAndDestroy()
      else socket.write(text)
    })
}

const gets = async (gateway: TestGateway, count: number) => {
  const answers = []
  for (let i = 0; i < count; i++) answers.push(await sendRaw(gateway.port, plainRequest('/')))
  return answers
}

const stateOf = (gateway: TestGateway, variant: string, origin: string) =>
  gateway.metric(`switchback_breaker_state{route="main",variant="${variant}",origin="${origin}"}`)

for (const client of upstreamClients) {
  const toV2 = (v1: string, v2: string, policy: string) => ({
    ...oneRoute({ v1, v2, percent: 100, policy, route: 'decisionHeader: true\n' }),
    'switchback.yaml': processWith(client),
  })
  const toV1 = (v1: string, policy: string) => ({
    ...oneRoute({ v1, policy: `retry: { attempts: 0 }\n${policy}` }),
    'switchback.yaml': processWith(client),
  })

  for (const [how, answer] of [
    ['5xx', error500],
    ['resets', ''],
  ] as const) {
    test(`(${client}) after enough ${how}, V1 is not asked: 503 with Retry-After at once`, async t => {
      const v1 = await startRawUpstream(
        t,
        answering(() => answer),
      )
      const gateway = await startGateway(t, toV1(v1.url, breaker))
      for (const { status } of await gets(gateway, 5)) assert.notEqual(status, 503)
      assert.equal(await stateOf(gateway, 'v1', v1.url), 2)
      const refused = await assertRefused(gateway.port, plainRequest('/'), 503, 'breaker-open')
      const seconds = Number(refused.headers.get('retry-after'))
      assert.ok(seconds > 3590 && seconds <= 3600, `${seconds} s`)
      assert.equal(headsIn(v1.received()).length, 5)
      assert.equal(await gateway.metric(`switchback_breaker_opened_total{origin="${v1.url}"}`), 1)
    })
  }

  test(`(${client}) while V2's breaker is open V1 has its requests, of any method`, async t => {
    const v1 = await startRawUpstream(t)
    const v2 = await startRawUpstream(
      t,
      answering(() => error500),
    )
    const gateway = await startGateway(t, toV2(v1.url, v2.url, breaker))
    for (const { status } of await gets(gateway, 5)) assert.equal(status, 500)
    const post = `${plainRequest('/', 'content-length: 5\r\n', 'POST')}hello`
    const answer = await sendRaw(gateway.port, post)
    assert.equal(answer.status, 200)
    assert.equal(
      answer.headers.get('x-switchback-decision'),
      'v1; reason=in-share; fallback=breaker-open',
    )
    assert.match(v1.received(), /hello$/)
    assert.equal(headsIn(v2.received()).length, 5)
    const [told] = gateway.logLines.map(line => JSON.parse(line)).filter(line => line.v2)
    assert.equal(told.v2.unavailable, 'breaker-open')
    assert.equal(told.v2.origin, undefined)
    assert.equal(told.v2.attempts, 0)
  })

  test(`(${client}) 4xx and clients that leave are no failures`, async t => {
    const v1 = await startScriptedUpstream(t)
    const gateway = await startGateway(t, toV1(v1.url, breaker))
    for (let i = 0; i < 20; i++) {
      const caller = openRaw(t, gateway.port, plainRequest('/'))
      const served = await v1.accept()
      await served.until('\r\n\r\n')
      if (i % 2 === 0) {
        caller.socket.destroy()
        await served.ended()
      } else {
        served.send(notFound.replace('\r\n\r\n', '\r\nconnection: close\r\n\r\n'))
        await caller.ended()
      }
    }
    assert.equal(await stateOf(gateway, 'v1', v1.url), 0)
  })

  test(`(${client}) half of the answers failing opens it, fewer do not`, async t => {
    let thirds = 0
    const v1 = await startRawUpstream(
      t,
      answering(() => (thirds++ % 3 === 0 ? error500 : okAnswer)),
    )
    const gateway = await startGateway(t, toV1(v1.url, breaker))
    await gets(gateway, 30)
    assert.equal(await stateOf(gateway, 'v1', v1.url), 0)
    let halves = 0
    const even = await startRawUpstream(
      t,
      answering(() => (halves++ % 2 === 1 ? error500 : okAnswer)),
    )
    const other = await startGateway(t, toV1(even.url, breaker))
    await gets(other, 5)
    assert.equal(await stateOf(other, 'v1', even.url), 0)
    await gets(other, 1)
    assert.equal(await stateOf(other, 'v1', even.url), 2)
  })

  test(`(${client}) half-open, one of many requests at a time probes V2, and a good answer closes it`, async t => {
    const v1 = await startRawUpstream(t)
    const v2 = await startScriptedUpstream(t)
    const gateway = await startGateway(t, toV2(v1.url, v2.url, brief))
    const first = openRaw(t, gateway.port)
    let served: Conversation | null = null
    for (let i = 0; i < 5; i++) {
      const asked = first.ask(keptRequest('/'))
      served ??= await v2.accept()
      await served.until(new RegExp(`(GET[^]*){${i + 1}}\r\n\r\n$`))
      served.send(error500)
      assert.equal((await asked).status, 500)
    }
    await logged(gateway, 'breaker-half-open')
    assert.equal(await stateOf(gateway, 'v2', v2.url), 1)
    const callers = Array.from({ length: 20 }, () => openRaw(t, gateway.port))
    const asked = callers.map(caller => caller.ask(keptRequest('/probe')))
    // All but the probe are answered while that waits.
    const waiting = new Set(asked)
    for (const one of asked) void one.then(() => waiting.delete(one))
    while (waiting.size > 1) await Promise.race(waiting)
    const probe = served as Conversation
    await probe.until('/probe')
    assert.equal(v1.received().match(/\/probe/g)?.length, 19)
    probe.send(okAnswer)
    const answers = await Promise.all(asked)
    assert.equal(answers.filter(({ status }) => status === 200).length, 20)
    assert.equal(probe.received().match(/\/probe/g)?.length, 1)
    assert.equal(v2.connections(), 1)
    await logged(gateway, 'breaker-closed')
    assert.equal(await stateOf(gateway, 'v2', v2.url), 0)
    const again = first.ask(keptRequest('/again'))
    await probe.until('/again')
    probe.send(okAnswer)
    assert.equal((await again).headers.get('x-switchback-decision'), 'v2; reason=in-share')
  })

  test(`(${client}) a probe whose client leaves proves nothing, and the next may try`, async t => {
    const v1 = await startRawUpstream(t)
    const v2 = await startScriptedUpstream(t)
    const policy = `retry: { attempts: 0 }\n${brief}`
    const gateway = await startGateway(t, toV2(v1.url, v2.url, policy))
    const opened = `switchback_breaker_opened_total{origin="${v2.url}"}`
    for (let i = 0; i < 5; i++) {
      const caller = openRaw(t, gateway.port, plainRequest('/'))
      const served = await v2.accept()
      await served.until('\r\n\r\n')
      served.socket.resetAndDestroy()
      await caller.ended()
    }
    await logged(gateway, 'breaker-half-open')
    const leaving = openRaw(t, gateway.port, plainRequest('/'))
    const probed = await v2.accept()
    await probed.until('\r\n\r\n')
    leaving.socket.destroy()
    await probed.ended()
    assert.equal(await stateOf(gateway, 'v2', v2.url), 1)
    assert.equal(await gateway.metric(opened), 1)
    const caller = openRaw(t, gateway.port, plainRequest('/'))
    const again = await v2.accept()
    await again.until('\r\n\r\n')
    again.send(error500)
    await caller.until('500')
    assert.equal(await gateway.metric(opened), 2)
  })

  test(`(${client}) with V2 and V1 both open nobody is asked, and the answer says when to come back`, async t => {
    const failing = await startRawUpstream(
      t,
      answering(() => error500),
    )
    const gateway = await startGateway(t, {
      ...toV2(failing.url, failing.url, breaker),
      'policies/open.yaml': `auth: public\n${breaker}fallback: {}\n`,
    })
    // Same origin, same rule: V1 and V2 share the breaker here, and each request asks both.
    const answers = await gets(gateway, 10)
    assert.equal(headsIn(failing.received()).length, 5)
    const refused = answers.at(-1)
    assert.equal(refused?.status, 503)
    assert.ok(Number(refused?.headers.get('retry-after')) > 3590)
  })

  test(`(${client}) of two origins the one whose breaker is closed is asked`, async t => {
    const good = await startRawUpstream(t)
    const bad = await startRawUpstream(
      t,
      answering(() => error500),
    )
    const gateway = await startGateway(t, {
      ...toV1(good.url, breaker),
      'routes/main.yaml': `match: { path: / }\nv1: { urls: ["${bad.url}", "${good.url}"] }\npolicy: open\n`,
    })
    const answers = await gets(gateway, 30)
    assert.equal(answers.filter(({ status }) => status === 500).length, 5)
    assert.deepEqual(new Set(answers.slice(10).map(({ status }) => status)), new Set([200]))
  })

  test(`(${client}) a reload that leaves origin and breaker alone leaves it open; another rule begins anew`, async t => {
    const v1 = await startRawUpstream(
      t,
      answering(() => error500),
    )
    const files: Record<string, string> = toV1(v1.url, breaker)
    const gateway = await startGateway(t, files)
    await gets(gateway, 5)
    const route = files['routes/main.yaml']
    await gateway.edit({ 'routes/main.yaml': `${route}decisionHeader: true\n` })
    await gateway.reload()
    await assertRefused(gateway.port, plainRequest('/'), 503, 'breaker-open')
    await gateway.edit({ 'policies/open.yaml': `auth: public\n${breaker.replace('50%', '60%')}` })
    await gateway.reload()
    assert.equal((await sendRaw(gateway.port, plainRequest('/'))).status, 500)
  })
}

test('handshakes that fail are counted, and then those of V2 go to V1', async t => {
  const v1 = await startRawUpstream(
    t,
    answering(() => upgradeAnswer),
  )
  const v2 = await startRawUpstream(
    t,
    answering(() => ''),
  )
  const policy = breaker
  const route = 'decisionHeader: true\n'
  const gateway = await startGateway(
    t,
    oneRoute({ v1: v1.url, v2: v2.url, percent: 100, policy, route }),
  )
  for (let i = 0; i < 5; i++) {
    await assertRefused(gateway.port, upgradeRequest('/'), 502, 'upstream-reset')
  }
  const opened = openRaw(t, gateway.port, upgradeRequest('/'))
  const head = await opened.until('\r\n\r\n')
  assert.match(head, /101.*x-switchback-decision: v1; reason=in-share; fallback=breaker-open/s)
  assert.equal(headsIn(v2.received()).length, 5)
  assert.equal(await gateway.metric('switchback_websockets_open{route="main",variant="v1"}'), 1)
})

for (const [how, answer, status] of [
  ['are answered 5xx', error500, 500],
  ['are broken off', '', 502],
] as const) {
  test(`handshakes that ${how} open V1's breaker: 503 with Retry-After`, async t => {
    const v1 = await startRawUpstream(
      t,
      answering(() => answer),
    )
    const gateway = await startGateway(t, oneRoute({ v1: v1.url, policy: breaker }))
    for (let i = 0; i < 5; i++) {
      const caller = openRaw(t, gateway.port, upgradeRequest('/'))
      await caller.until(`HTTP/1.1 ${status}`)
    }
    const refused = await assertRefused(gateway.port, upgradeRequest('/'), 503, 'breaker-open')
    assert.ok(Number(refused.headers.get('retry-after')) > 3590)
    assert.equal(headsIn(v1.received()).length, 5)
  })
}
