import assert from 'node:assert/strict'
import { once } from 'node:events'
import { type AddressInfo, createServer } from 'node:net'
import { test } from 'node:test'
import { openRaw, startScriptedUpstream } from '../support/conversation.ts'
import { oneRoute, processWith, startGateway, upstreamClients } from '../support/gateway.ts'
import {
  okAnswer,
  parseAnswer,
  type RawUpstream,
  sendRaw,
  startRawUpstream,
} from '../support/raw.ts'
import {
  assertRefused,
  headsIn,
  keptRequest,
  plainRequest,
  upgradeRequest,
} from '../support/requests.ts'

const withBody = (method: string) => `${plainRequest('/', 'content-length: 5\r\n', method)}hello`

/** Reads whole requests and breaks the first `times` connections off without a byte. */
function resetting(times: number) {
  let left = times
  return (socket: import('node:net').Socket) => {
    socket.on('data', chunk => {
      if (left-- > 0) socket.resetAndDestroy()
      else if (chunk.includes('\r\n\r\n')) socket.write(okAnswer)
    })
  }
}

const arrivals = (upstream: RawUpstream) => headsIn(upstream.received()).length

/** A port of 127.0.0.1 where nobody listens. */
async function deadOrigin(): Promise<string> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return `http://127.0.0.1:${port}`
}

for (const client of upstreamClients) {
  const files = (v1: string, policy = '') => ({
    ...oneRoute({ v1, policy }),
    'switchback.yaml': processWith(client),
  })

  for (const method of ['POST', 'PATCH', 'LOCK']) {
    test(`B24 (${client}): a ${method} that was read and reset arrives once`, async t => {
      const upstream = await startRawUpstream(t, resetting(Infinity))
      const gateway = await startGateway(t, files(upstream.url))
      const bare = plainRequest('/', '', method)
      await assertRefused(gateway.port, bare, 502, 'upstream-reset')
      assert.equal(arrivals(upstream), 1)
      await assertRefused(gateway.port, withBody(method), 502, 'upstream-reset')
      assert.equal(arrivals(upstream), 2)
      assert.equal(
        await gateway.metric('switchback_upstream_retries_total{route="main",variant="v1"}'),
        0,
      )
    })
  }

  for (const method of ['GET', 'OPTIONS', 'PUT', 'DELETE']) {
    test(`B24 (${client}): a ${method} that was reset unanswered is sent again, once`, async t => {
      const upstream = await startRawUpstream(t, resetting(1))
      const gateway = await startGateway(t, files(upstream.url))
      const answer = await sendRaw(gateway.port, plainRequest('/', '', method))
      assert.equal(answer.status, 200)
      assert.equal(arrivals(upstream), 2)
      assert.equal(
        await gateway.metric('switchback_upstream_retries_total{route="main",variant="v1"}'),
        1,
      )
    })
  }

  test(`B24 (${client}): a request with a body is not sent again`, async t => {
    const upstream = await startRawUpstream(t, resetting(1))
    const gateway = await startGateway(t, files(upstream.url))
    await assertRefused(gateway.port, withBody('PUT'), 502, 'upstream-reset')
    assert.equal(upstream.connections(), 1)
  })

  test(`B24 (${client}): after one byte of an answer nothing is sent again`, async t => {
    const upstream = await startRawUpstream(t, socket =>
      socket.on('data', () => socket.end('HTTP/1.1 2')),
    )
    const gateway = await startGateway(t, files(upstream.url))
    const answer = await sendRaw(gateway.port, plainRequest('/'))
    assert.equal(answer.status, 502)
    assert.equal(arrivals(upstream), 1)
  })

  test(`B24 (${client}): retry.attempts and retry.budgetPercent of 0 each turn retries off`, async t => {
    for (const off of ['attempts: 0', 'budgetPercent: 0']) {
      const upstream = await startRawUpstream(t, resetting(Infinity))
      const gateway = await startGateway(t, files(upstream.url, `retry: { ${off} }\n`))
      await assertRefused(gateway.port, plainRequest('/'), 502, 'upstream-reset')
      assert.equal(arrivals(upstream), 1, off)
    }
  })

  test(`B24 (${client}): retries are a share of the requests, so an outage is not doubled`, async t => {
    const upstream = await startRawUpstream(t, resetting(Infinity))
    const gateway = await startGateway(t, files(upstream.url, 'retry: { budgetPercent: 10 }\n'))
    const requests = 100
    for (let i = 0; i < requests; i++) {
      await assertRefused(gateway.port, plainRequest('/'), 502, 'upstream-reset')
    }
    const retries = arrivals(upstream) - requests
    // A reserve of ten and a tenth of the requests.
    assert.ok(retries >= 10 && retries <= 20, `${retries} retries`)
    assert.equal(
      await gateway.metric('switchback_upstream_retries_total{route="main",variant="v1"}'),
      retries,
    )
  })

  test(`B24 (${client}): with one of two origins refusing connections every GET is answered`, async t => {
    const upstream = await startRawUpstream(t)
    const gateway = await startGateway(t, {
      ...files(upstream.url),
      'routes/main.yaml': `match: { path: / }\nv1: { urls: ["${await deadOrigin()}", "${upstream.url}"] }\npolicy: open\n`,
    })
    for (let i = 0; i < 8; i++) {
      assert.equal((await sendRaw(gateway.port, plainRequest('/'))).status, 200)
    }
    assert.equal(arrivals(upstream), 8)
  })

  test(`B24 (${client}): a POST that found no connection arrives whole at the other origin, once`, async t => {
    const upstream = await startScriptedUpstream(t)
    const dead = await deadOrigin()
    const gateway = await startGateway(t, {
      ...files(upstream.url),
      'routes/main.yaml': `match: { path: / }\nv1: { urls: ["${dead}", "${upstream.url}"] }\npolicy: open\n`,
    })
    const body = `${'z'.repeat(299_999)}!`
    const chunked = `${body.length.toString(16)}\r\n${body}\r\n0\r\n\r\n`
    // Origins take turns: one of any two requests goes to the dead one first.
    for (const [headers, bytes] of [
      ['content-length: 300000\r\n', body],
      ['content-length: 300000\r\n', body],
      ['transfer-encoding: chunked\r\n', chunked],
    ] as const) {
      const caller = openRaw(t, gateway.port, plainRequest('/', headers, 'POST') + bytes)
      const served = await upstream.accept()
      await served.until('!')
      assert.equal(served.received().match(/z/g)?.length, 299_999)
      served.send(okAnswer.replace('\r\n\r\n', '\r\nconnection: close\r\n\r\n'))
      assert.equal(parseAnswer(await caller.ended()).status, 200)
    }
    const connectFaults = 'switchback_upstream_retries_total{route="main",variant="v1"}'
    assert.equal(await gateway.metric(connectFaults), 1)
    assert.equal(upstream.connections(), 3)
  })

  test(`B24 (${client}): a POST after the upstream closed its idle connection arrives once`, async t => {
    const upstream = await startScriptedUpstream(t)
    const gateway = await startGateway(t, files(upstream.url))
    const caller = openRaw(t, gateway.port, keptRequest('/'))
    const idle = await upstream.accept()
    await idle.until('\r\n\r\n')
    const before = idle.received()
    idle.send(okAnswer)
    await caller.until('\r\n\r\nok')
    idle.socket.end()
    caller.send(`${keptRequest('/', 'content-length: 5\r\n', 'POST')}hello`)
    const fresh = await upstream.accept()
    await fresh.until('hello')
    fresh.send(okAnswer)
    await caller.until(/ok.*\r\n\r\nok/s)
    assert.equal(idle.received(), before)
  })
}

test('B24: a handshake that was read and reset arrives once and is answered 502', async t => {
  const upstream = await startRawUpstream(t, resetting(Number.POSITIVE_INFINITY))
  const gateway = await startGateway(t, oneRoute({ v1: upstream.url }))
  await assertRefused(gateway.port, upgradeRequest('/'), 502, 'upstream-reset')
  assert.equal(arrivals(upstream), 1)
})
