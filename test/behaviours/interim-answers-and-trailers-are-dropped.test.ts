import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openRaw, startScriptedUpstream } from '../support/conversation.ts'
import { oneRoute, processWith, startGateway, upstreamClients } from '../support/gateway.ts'
import { parseAnswer } from '../support/raw.ts'
import {
  keptRequest,
  lines,
  plainRequest,
  upgradeAnswer,
  upgradeRequest,
} from '../support/requests.ts'

const unaskedContinue = 'HTTP/1.1 100 Continue\r\n\r\n'
const interim =
  'HTTP/1.1 103 Early Hints\r\nlink: </early.css>; rel=preload\r\nset-cookie: early=1\r\n\r\n' +
  'HTTP/1.1 102 Processing\r\n\r\n'

for (const client of upstreamClients) {
  test(`B22 (${client}): interim answers are dropped and the final one is whole`, async t => {
    const upstream = await startScriptedUpstream(t)
    const gateway = await startGateway(t, {
      ...oneRoute({ v1: upstream.url }),
      'switchback.yaml': processWith(client),
    })
    const caller = openRaw(t, gateway.port, plainRequest('/'))
    const served = await upstream.accept()
    await served.until('\r\n\r\n')
    if (client === 'http1') served.send(unaskedContinue)
    served.send(`${interim}HTTP/1.1 200 OK\r\nx-final: 1\r\ncontent-length: 5\r\n\r\nfinal`)
    const answer = parseAnswer(await caller.ended())
    assert.equal(answer.status, 200)
    assert.equal(answer.headers.get('x-final'), '1')
    assert.equal(answer.body, 'final')
    assert.doesNotMatch(answer.text, /early/i)
  })

  test(`B23 (${client}): trailers of an answer are dropped, whatever they are`, async t => {
    const upstream = await startScriptedUpstream(t)
    const gateway = await startGateway(t, {
      ...oneRoute({ v1: upstream.url }),
      'switchback.yaml': processWith(client),
    })
    const caller = openRaw(t, gateway.port, plainRequest('/', 'te: trailers\r\n'))
    const served = await upstream.accept()
    assert.doesNotMatch(await served.until('\r\n\r\n'), /\r\nte:/i)
    served.send(
      'HTTP/1.1 200 OK\r\ntrailer: x-sum\r\ntransfer-encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n' +
        'x-sum: late\r\nset-cookie: late=1\r\nauthorization: late\r\n\r\n',
    )
    const answer = parseAnswer(await caller.ended())
    assert.equal(answer.status, 200)
    assert.match(answer.body, /^5\r\nhello\r\n0\r\n\r\n$/)
    assert.doesNotMatch(answer.text, /late|trailer/)
  })

  test(`B23 (${client}): trailers of a request are dropped, whatever they are`, async t => {
    const upstream = await startScriptedUpstream(t)
    const gateway = await startGateway(t, {
      ...oneRoute({ v1: upstream.url }),
      'switchback.yaml': processWith(client),
    })
    const caller = openRaw(t, gateway.port)
    const head = lines('transfer-encoding: chunked', 'trailer: x-sum, authorization')
    const trailers = 'x-sum: late\r\nauthorization: late\r\nhost: late\r\n'
    caller.send(`${keptRequest('/', head, 'POST')}5\r\nhello\r\n`)
    const served = await upstream.accept()
    await served.until('hello')
    caller.send(`0\r\n${trailers}\r\n`)
    const received = await served.until('0\r\n\r\n')
    assert.match(received, /\r\n\r\n5\r\nhello\r\n0\r\n\r\n$/)
    assert.doesNotMatch(received, /late|trailer/)
    served.send('HTTP/1.1 204 No Content\r\n\r\n')
    await caller.until('204')
    // The next request on both connections is itself and nothing else.
    caller.send(keptRequest('/next'))
    const next = (await served.until('GET /next')).slice(received.length)
    assert.match(next, /^GET \/next HTTP\/1\.1\r\n/)
    assert.doesNotMatch(next, /late/)
    served.send('HTTP/1.1 204 No Content\r\n\r\n')
  })
}

test('B22: interim answers before a 101 are dropped and the tunnel opens', async t => {
  const upstream = await startScriptedUpstream(t)
  const gateway = await startGateway(t, oneRoute({ v1: upstream.url }))
  const caller = openRaw(t, gateway.port, upgradeRequest('/'))
  const served = await upstream.accept()
  await served.until('\r\n\r\n')
  served.send(`${interim}${upgradeAnswer}hello`)
  const answer = parseAnswer(await caller.until('hello'))
  assert.equal(answer.status, 101)
  assert.doesNotMatch(answer.text, /early/i)
})

test('B22 (undici): a 100 that nobody asked for is answered 502, unlike with http1', async t => {
  const upstream = await startScriptedUpstream(t)
  const gateway = await startGateway(t, {
    ...oneRoute({ v1: upstream.url }),
    'switchback.yaml': processWith('undici'),
  })
  const caller = openRaw(t, gateway.port, plainRequest('/'))
  const served = await upstream.accept()
  await served.until('\r\n\r\n')
  served.send(`${unaskedContinue}HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n`)
  assert.equal(parseAnswer(await caller.ended()).status, 502)
})

for (const client of upstreamClients) {
  test(`B23 (${client}): framing in the trailers of an answer frames nothing`, async t => {
    const upstream = await startScriptedUpstream(t)
    const gateway = await startGateway(t, {
      ...oneRoute({ v1: upstream.url }),
      'switchback.yaml': processWith(client),
    })
    const caller = openRaw(t, gateway.port, plainRequest('/'))
    const served = await upstream.accept()
    await served.until('\r\n\r\n')
    served.send('HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\nhello\r\n')
    await caller.until('hello\r\n')
    served.send('0\r\ncontent-length: 999\r\n\r\n')
    const answer = parseAnswer(await caller.ended())
    // http1 drops them; undici takes the answer for a broken one, and so must the client.
    assert.equal(answer.body, client === 'http1' ? '5\r\nhello\r\n0\r\n\r\n' : '5\r\nhello\r\n')
    assert.doesNotMatch(answer.text, /content-length: 999/)
  })
}

test('B23: framing in the trailers of a request is refused', async t => {
  const upstream = await startScriptedUpstream(t)
  const gateway = await startGateway(t, oneRoute({ v1: upstream.url }))
  const head = keptRequest('/', 'transfer-encoding: chunked\r\n', 'POST')
  const caller = openRaw(t, gateway.port, `${head}5\r\nhello\r\n`)
  const served = await upstream.accept()
  const before = await served.until('hello\r\n')
  caller.send('0\r\ncontent-length: 999\r\n\r\n')
  assert.equal(parseAnswer(await caller.ended()).status, 400)
  assert.equal(await served.ended(), before)
})
