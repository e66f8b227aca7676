import assert from 'node:assert/strict'
import type { Socket } from 'node:net'
import { test } from 'node:test'
import { openRaw, startScriptedUpstream } from '../support/conversation.ts'
import { oneRoute, processWith, startGateway, upstreamClients } from '../support/gateway.ts'
import { okAnswer, parseAnswer, sendRaw, startRawUpstream } from '../support/raw.ts'
import { assertRefused, headsIn, keptRequest, plainRequest } from '../support/requests.ts'

const fallback = 'fallback: { maxBodyBytes: 1000 }\n'
const error500 = 'HTTP/1.1 500 Internal Server Error\r\ncontent-length: 4\r\n\r\noops'

/** A port of 127.0.0.1 where nobody listens: discard, which needs root to be opened. */
const nowhere = 'http://127.0.0.1:9'

/** How V2 fails before its answer has begun, and the word for it. */
const failures: [string, string, (socket: Socket) => void][] = [
  ['answers 500', 'v2-error', socket => socket.on('data', () => socket.write(error500))],
  [
    'answers 503 with a body without end',
    'v2-error',
    socket =>
      socket.on('data', () =>
        socket.write('HTTP/1.1 503 No\r\ntransfer-encoding: chunked\r\n\r\n4\r\noops\r\n'),
      ),
  ],
  ['resets', 'v2-fault', socket => socket.on('data', () => socket.resetAndDestroy())],
  [
    'breaks off within its head',
    'v2-fault',
    socket => socket.on('data', () => socket.end('HTTP/')),
  ],
  ['speaks no HTTP', 'v2-fault', socket => socket.on('data', () => socket.write('220 hi\r\n\r\n'))],
]

for (const client of upstreamClients) {
  const files = (v1: string, v2: string, policy = fallback) => ({
    ...oneRoute({ v1, v2, percent: 100, policy, route: 'decisionHeader: true\n' }),
    'switchback.yaml': processWith(client),
  })

  for (const [how, reason, onConnection] of failures) {
    test(`(${client}) a GET whose V2 ${how} is answered by V1, and the failure is V2's`, async t => {
      const v1 = await startRawUpstream(t)
      const v2 = await startRawUpstream(t, onConnection)
      const gateway = await startGateway(t, files(v1.url, v2.url))
      const answer = await sendRaw(gateway.port, plainRequest('/'))
      assert.equal(answer.status, 200)
      assert.equal(answer.body, 'ok')
      assert.equal(
        answer.headers.get('x-switchback-decision'),
        `v1; reason=in-share; fallback=${reason}`,
      )
      assert.equal(headsIn(v1.received()).length, 1)
      const count = `switchback_fallbacks_total{route="main",reason="${reason}"}`
      assert.equal(await gateway.metric(count), 1)
      const [told] = gateway.logLines.map(line => JSON.parse(line)).filter(line => line.requestId)
      assert.equal(told.status, 200)
      assert.equal(told.origin, v1.url)
      assert.equal(told.fallback, reason)
      assert.equal(told.v2.origin, v2.url)
      assert.equal(told.level, 'warn')
      const durations = (variant: string, status: string) =>
        gateway.metric(
          `switchback_request_duration_seconds_count{route="main",variant="${variant}",status_class="${status}"}`,
        )
      assert.equal(await durations('v1', '2xx'), 1)
      assert.equal(await durations('v2', reason === 'v2-error' ? '5xx' : 'none'), 1)
    })
  }

  test(`(${client}) V2 that refuses connections is answered for by V1, a POST too: nothing was sent`, async t => {
    const v1 = await startRawUpstream(t)
    const gateway = await startGateway(t, files(v1.url, nowhere))
    assert.equal((await sendRaw(gateway.port, plainRequest('/'))).status, 200)
    const post = plainRequest('/', 'content-length: 5\r\n', 'POST')
    assert.equal((await sendRaw(gateway.port, `${post}hello`)).status, 200)
    assert.match(v1.received(), /hello$/)
  })

  test(`(${client}) a POST that V2 has received is never sent to V1, nor is what \`methods\` leaves out`, async t => {
    const v1 = await startRawUpstream(t)
    let answer = error500
    const v2 = await startRawUpstream(t, socket =>
      socket.on('data', () => (answer === '' ? socket.resetAndDestroy() : socket.write(answer))),
    )
    const gateway = await startGateway(t, files(v1.url, v2.url))
    const post = `${plainRequest('/', 'content-length: 5\r\n', 'POST')}hello`
    const passed = await sendRaw(gateway.port, post)
    assert.equal(passed.status, 500)
    assert.equal(passed.body, 'oops')
    answer = ''
    await assertRefused(gateway.port, post, 502, 'upstream-reset')
    for (const method of ['POST', 'DELETE', 'OPTIONS']) {
      answer = error500
      const bare = plainRequest('/', 'content-length: 0\r\n', method)
      assert.equal((await sendRaw(gateway.port, bare)).status, 500)
    }
    assert.equal(v1.connections(), 0)
    assert.equal(headsIn(v2.received()).length, 5)
  })

  test(`(${client}) without fallback: V2 answers for itself`, async t => {
    const v1 = await startRawUpstream(t)
    const v2 = await startRawUpstream(t, socket => socket.on('data', () => socket.write(error500)))
    const gateway = await startGateway(t, files(v1.url, v2.url, ''))
    assert.equal((await sendRaw(gateway.port, plainRequest('/'))).status, 500)
    assert.equal(v1.connections(), 0)
  })

  test(`(${client}) a 4xx of V2 is its answer`, async t => {
    const v1 = await startRawUpstream(t)
    const v2 = await startRawUpstream(t, socket =>
      socket.on('data', () => socket.write('HTTP/1.1 404 No\r\ncontent-length: 0\r\n\r\n')),
    )
    const gateway = await startGateway(t, files(v1.url, v2.url))
    assert.equal((await sendRaw(gateway.port, plainRequest('/'))).status, 404)
    assert.equal(v1.connections(), 0)
  })

  test(`(${client}) when V1 fails as well, the client gets what V1 gives`, async t => {
    let v1Answer = error500.replace('oops', 'v1!!')
    const v1 = await startRawUpstream(t, socket =>
      socket.on('data', () => (v1Answer === '' ? socket.end() : socket.write(v1Answer))),
    )
    const v2 = await startRawUpstream(t, socket => socket.on('data', () => socket.write(error500)))
    const gateway = await startGateway(
      t,
      files(v1.url, v2.url, `${fallback}retry: { attempts: 0 }\n`),
    )
    const answer = await sendRaw(gateway.port, plainRequest('/'))
    assert.equal(answer.status, 500)
    assert.equal(answer.body, 'v1!!')
    v1Answer = ''
    await assertRefused(gateway.port, plainRequest('/'), 502, 'upstream-reset')
    assert.equal(headsIn(v2.received()).length, 2)
  })

  for (const framing of ['declared', 'chunked'] as const) {
    const request = (body: string) =>
      framing === 'declared'
        ? plainRequest('/', `content-length: ${body.length}\r\n`) + body
        : `${plainRequest('/', 'transfer-encoding: chunked\r\n')}${body.length.toString(16)}\r\n${body}\r\n0\r\n\r\n`

    test(`(${client}) a ${framing} body up to the cap goes to V1 whole`, async t => {
      const v1 = await startScriptedUpstream(t)
      const v2 = await startScriptedUpstream(t)
      const gateway = await startGateway(t, files(v1.url, v2.url))
      const caller = openRaw(t, gateway.port, request(`${'a'.repeat(999)}!`))
      const refusing = await v2.accept()
      await refusing.until('!')
      refusing.send(error500)
      const serving = await v1.accept()
      await serving.until('!')
      assert.match(serving.received(), /a{999}!/)
      serving.send(okAnswer)
      assert.equal(parseAnswer(await caller.until('ok')).status, 200)
    })

    test(`(${client}) a ${framing} body above the cap has no fallback`, async t => {
      const v1 = await startRawUpstream(t)
      const v2 = await startScriptedUpstream(t)
      const gateway = await startGateway(t, files(v1.url, v2.url))
      const caller = openRaw(t, gateway.port, request(`${'a'.repeat(1000)}!`))
      const refusing = await v2.accept()
      await refusing.until('!')
      refusing.send(error500)
      assert.equal(parseAnswer(await caller.until('oops')).status, 500)
      assert.equal(v1.connections(), 0)
    })
  }

  test(`(${client}) V2 that is slow to begin is left behind, and its late answer reaches nobody`, async t => {
    const v1 = await startScriptedUpstream(t)
    const v2 = await startScriptedUpstream(t)
    const gateway = await startGateway(t, files(v1.url, v2.url, 'fallback: { withinMs: 100 }\n'))
    const caller = openRaw(t, gateway.port, keptRequest('/'))
    const slow = await v2.accept()
    const serving = await v1.accept()
    await serving.until('\r\n\r\n')
    slow.send(okAnswer.replace('\r\n\r\nok', '\r\n\r\nV2'))
    await slow.ended()
    serving.send(okAnswer)
    const answer = parseAnswer(await caller.until('\r\n\r\nok'))
    assert.equal(answer.status, 200)
    assert.equal(answer.body, 'ok')
    assert.equal(
      await gateway.metric('switchback_fallbacks_total{route="main",reason="v2-slow"}'),
      1,
    )
    assert.equal(
      await gateway.metric(
        'switchback_upstream_faults_total{route="main",variant="v2",fault="headers-timeout"}',
      ),
      1,
    )
  })

  test(`(${client}) a 500 with a small body leaves V2's connection open for the next request`, async t => {
    const v1 = await startRawUpstream(t)
    const v2 = await startScriptedUpstream(t)
    const gateway = await startGateway(t, files(v1.url, v2.url))
    const caller = openRaw(t, gateway.port)
    const asked = caller.ask(keptRequest('/'))
    const served = await v2.accept()
    await served.until('\r\n\r\n')
    served.send(error500.slice(0, -2))
    assert.equal((await asked).body, 'ok')
    served.send(error500.slice(-2))
    // The gateway has polled its sockets once more when it answers this.
    await fetch(`${gateway.adminUrl}/health`)
    const again = caller.ask(keptRequest('/again'))
    await served.until('GET /again')
    served.send(okAnswer)
    assert.equal((await again).body, 'ok')
    assert.equal(v2.connections(), 1)
  })

  test(`(${client}) a client that leaves while V1 is asked ends V1's work, and V1 is not blamed`, async t => {
    const v1 = await startScriptedUpstream(t)
    const v2 = await startRawUpstream(t, socket => socket.on('data', () => socket.write(error500)))
    const gateway = await startGateway(t, files(v1.url, v2.url))
    const caller = openRaw(t, gateway.port, keptRequest('/'))
    const served = await v1.accept()
    await served.until('\r\n\r\n')
    caller.socket.destroy()
    await served.ended()
    const aborts = (variant: string) =>
      gateway.metric(`switchback_client_aborts_total{route="main",variant="${variant}"}`)
    assert.equal(await aborts('v1'), 1)
    assert.equal(await aborts('v2'), 0)
    assert.equal(
      await gateway.metric(
        'switchback_request_duration_seconds_count{route="main",variant="v2",status_class="5xx"}',
      ),
      1,
    )
  })
}
