import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { makeCertificate } from '../support/certificates.ts'
import { type Conversation, openRaw, startScriptedUpstream } from '../support/conversation.ts'
import {
  oneRoute,
  processWith,
  startGateway,
  testProcess,
  upstreamClients,
} from '../support/gateway.ts'
import { startUpstream } from '../support/http.ts'
import { okAnswer, parseAnswer, startRawUpstream } from '../support/raw.ts'
import { assertNothingArrived, keptRequest, upgradeRequest } from '../support/requests.ts'

const limits = 'limits: { headersTimeoutMs: 300, bodyTimeoutMs: 300 }\n'

/** Goes on sending single bytes until the connection ends or the bytes do. */
function drip(t: TestContext, client: Conversation, bytes: string): void {
  let at = 0
  const timer = setInterval(() => {
    if (client.over() || at === bytes.length) clearInterval(timer)
    else client.send(bytes[at++] as string)
  }, 40)
  t.after(() => clearInterval(timer))
}

const endless = `x-slow: ${'x'.repeat(10_000)}`

test('B29: headers that do not come in time are cut, silent or dripping, request or upgrade', async t => {
  const upstream = await startRawUpstream(t)
  const gateway = await startGateway(t, {
    ...oneRoute({ v1: upstream.url }),
    'switchback.yaml': testProcess + limits,
  })
  const silent = openRaw(t, gateway.port)
  const halfLine = openRaw(t, gateway.port, 'GET / HT')
  const unfinished = openRaw(t, gateway.port, 'GET / HTTP/1.1\r\nHost: a\r\n')
  const dripping = openRaw(t, gateway.port, 'GET / HTTP/1.1\r\nHost: a\r\n')
  const upgrade = openRaw(t, gateway.port, upgradeRequest('/').slice(0, -2))
  drip(t, dripping, endless)
  drip(t, upgrade, endless)
  for (const client of [silent, halfLine, unfinished, dripping, upgrade]) {
    const answer = parseAnswer(await client.ended())
    assert.equal(answer.status, 408, answer.text)
    assert.equal(JSON.parse(answer.body).code, 'request-timeout')
  }
  await assertNothingArrived(gateway.port, upstream)
})

test('B29: the second request of a connection has no more time than the first', async t => {
  const upstream = await startRawUpstream(t)
  const gateway = await startGateway(t, {
    ...oneRoute({ v1: upstream.url }),
    'switchback.yaml': testProcess + limits,
  })
  const client = openRaw(t, gateway.port)
  assert.equal((await client.ask(keptRequest('/'))).status, 200)
  client.send('GET /second HTTP/1.1\r\nHost: a\r\n')
  drip(t, client, endless)
  assert.match(await client.ended(), /HTTP\/1\.1 408 /)
  assert.doesNotMatch(upstream.received(), /second/)
})

test('B29: a TLS client that does not shake hands is cut', async t => {
  const upstream = await startRawUpstream(t)
  const { cert, key } = await makeCertificate({ commonName: 'gateway', altNames: ['127.0.0.1'] })
  const gateway = await startGateway(t, {
    ...oneRoute({ v1: upstream.url }),
    'switchback.yaml': `${testProcess.replace(
      'port: 0 }\nadmin',
      'port: 0, tls: { certFile: cert.pem, keyFile: key.pem } }\nadmin',
    )}${limits}`,
    'cert.pem': cert,
    'key.pem': key,
  })
  const silent = openRaw(t, gateway.port)
  const begun = openRaw(t, gateway.port, '\x16\x03\x01\x02\x00')
  await Promise.all([silent.ended(), begun.ended()])
})

for (const client of upstreamClients) {
  test(`B29 (${client}): a client that has its answer has bodyTimeoutMs to end its request`, async t => {
    const early = await startUpstream(t, 'v1', (_incoming, response) => response.end('early'))
    const gateway = await startGateway(t, {
      ...oneRoute({ v1: early.url }),
      'switchback.yaml': processWith(client, limits),
    })
    const head = keptRequest('/', 'transfer-encoding: chunked\r\n', 'POST')
    const ending = openRaw(t, gateway.port, `${head}ffff\r\nhel`)
    const dripping = openRaw(t, gateway.port, `${head}ffff\r\nhel`)
    await ending.until('early')
    ending.send(`${'x'.repeat(0xffff - 3)}\r\n0\r\n\r\n`)
    assert.equal((await ending.ask(keptRequest('/'))).status, 200)
    await dripping.until('early')
    drip(t, dripping, 'x'.repeat(10_000))
    assert.match(await dripping.ended(), /early$/)
  })

  test(`B29 (${client}): a body that stops is cut on both sides, declared or chunked`, async t => {
    const upstream = await startScriptedUpstream(t)
    const gateway = await startGateway(t, {
      ...oneRoute({ v1: upstream.url }),
      'switchback.yaml': processWith(client, limits),
    })
    for (const begun of [
      `${keptRequest('/', 'content-length: 10\r\n', 'POST')}hel`,
      `${keptRequest('/', 'transfer-encoding: chunked\r\n', 'POST')}3\r\nhel\r\n`,
    ]) {
      const caller = openRaw(t, gateway.port, begun)
      const served = await upstream.accept()
      await served.until('hel')
      const answer = parseAnswer(await caller.ended())
      assert.equal(answer.status, 408, answer.text)
      assert.equal(JSON.parse(answer.body).code, 'request-timeout')
      assert.match(await served.ended(), /hel(\r\n)?$/)
    }
  })
}

test('B29: a slow body that keeps coming is not cut, and a slow upstream is not held against the client', async t => {
  const upstream = await startScriptedUpstream(t)
  const gateway = await startGateway(t, {
    ...oneRoute({ v1: upstream.url }),
    'switchback.yaml': `${testProcess}limits: { bodyTimeoutMs: 1000, minBodyBytesPerSecond: 10 }\n`,
  })
  const body = 'x'.repeat(40)
  const caller = openRaw(t, gateway.port, keptRequest('/', 'content-length: 40\r\n', 'POST'))
  drip(t, caller, body)
  const served = await upstream.accept()
  await served.until(body)
  // Longer than two sweeps with the body complete: nothing is due from the client any more.
  const cut = openRaw(t, gateway.port, `${keptRequest('/', 'content-length: 9\r\n', 'POST')}x`)
  await cut.ended()
  served.send(okAnswer)
  assert.equal(parseAnswer(await caller.until('\r\n\r\nok')).status, 200)
})

for (const [what, head, piece] of [
  ['a declared body', 'content-length: 10000\r\n', 'x'],
  ['a body in chunks', 'transfer-encoding: chunked\r\n', '1\r\nx\r\n'],
] as const) {
  test(`B29: ${what} that comes byte by byte is cut on both sides`, async t => {
    const upstream = await startScriptedUpstream(t)
    const gateway = await startGateway(t, {
      ...oneRoute({ v1: upstream.url }),
      'switchback.yaml': testProcess + limits,
    })
    const caller = openRaw(t, gateway.port, keptRequest('/', head, 'POST'))
    const timer = setInterval(() => caller.over() || caller.send(piece), 40)
    t.after(() => clearInterval(timer))
    const served = await upstream.accept()
    const answer = parseAnswer(await caller.ended())
    assert.equal(answer.status, 408, answer.text)
    assert.equal(JSON.parse(answer.body).code, 'request-timeout')
    assert.match(await served.ended(), /x\r?\n?$/)
  })
}

for (const [what, flood] of [
  ['in one chunk', `5;${'x'.repeat(20_000)}\r\nhello\r\n0\r\n\r\n`],
  ['without end', `5;${'x'.repeat(200_000)}`],
] as const) {
  test(`B29: a flood of chunk extensions ${what} is cut on both sides`, async t => {
    const upstream = await startScriptedUpstream(t)
    const gateway = await startGateway(t, oneRoute({ v1: upstream.url }))
    const head = keptRequest('/', 'transfer-encoding: chunked\r\n', 'POST')
    const caller = openRaw(t, gateway.port, `${head}3\r\nhel\r\n`)
    const served = await upstream.accept()
    const before = await served.until('hel\r\n')
    caller.send(flood)
    const answer = parseAnswer(await caller.ended())
    assert.equal(answer.status, 413)
    assert.equal(await served.ended(), before)
  })
}

for (const client of upstreamClients) {
  test(`B29 (${client}): a client that takes nothing of answers that are all there is cut`, async t => {
    // Each small enough to be read from the upstream at once, together more than any socket holds.
    const answers = 300
    const upstream = await startUpstream(t, 'big', (request, response) => {
      if (request.url === '/big') response.end('b'.repeat(50_000))
    })
    const gateway = await startGateway(t, {
      ...oneRoute({ v1: upstream.url }),
      'switchback.yaml': processWith(client, 'limits: { sendTimeoutMs: 300 }\n'),
    })
    const caller = openRaw(t, gateway.port)
    caller.socket.pause()
    caller.send(keptRequest('/big').repeat(answers) + keptRequest('/never'))
    // The last one is given up when its connection goes.
    const gone = 'switchback_client_aborts_total{route="main",variant="v1"}'
    while ((await gateway.metric(gone)) === 0);
    caller.socket.resume()
    const taken = (await caller.ended()).match(/HTTP\/1\.1 200/g)?.length ?? 0
    assert.ok(taken < answers, `${taken} answers`)
  })
}
