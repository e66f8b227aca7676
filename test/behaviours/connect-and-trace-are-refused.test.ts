import assert from 'node:assert/strict'
import { once } from 'node:events'
import { connect } from 'node:net'
import { test } from 'node:test'
import { oneRoute, startGateway } from '../support/gateway.ts'
import { sendRaw, startRawUpstream } from '../support/raw.ts'
import {
  assertNothingArrived,
  assertRefused,
  lines,
  plainRequest,
  upgradeRequest,
} from '../support/requests.ts'

test('B33: CONNECT and TRACE are refused', async t => {
  const upstream = await startRawUpstream(t)
  const gateway = await startGateway(t, oneRoute({ v1: upstream.url }))
  const { port } = gateway
  const other = `127.0.0.1:${upstream.port}`
  for (const request of [
    plainRequest(other, '', 'CONNECT'),
    `${plainRequest(other, '', 'CONNECT')}GET /hidden HTTP/1.1\r\nhost: a\r\n\r\n`,
    plainRequest('/', '', 'TRACE'),
    plainRequest('/', lines('cookie: a=1', 'max-forwards: 0'), 'TRACE'),
    upgradeRequest('/').replace('GET', 'TRACE'),
    upgradeRequest('/').replace('GET /', `CONNECT ${other}`),
  ]) {
    const answer = await assertRefused(port, request, 405, 'method-not-allowed')
    assert.doesNotMatch(answer.text, /a=1|hidden/)
  }
  await assertNothingArrived(port, upstream)
})

test('B33: a client that resets behind its CONNECT harms nobody', async t => {
  const upstream = await startRawUpstream(t)
  const { port } = await startGateway(t, oneRoute({ v1: upstream.url }))
  const request = plainRequest('127.0.0.1:1', '', 'CONNECT')
  for (let i = 0; i < 100; i++) {
    const socket = connect(port, '127.0.0.1')
    await once(socket, 'connect')
    socket.write(request)
    socket.resetAndDestroy()
    await once(socket, 'close')
  }
  assert.equal((await sendRaw(port, plainRequest('/'))).status, 200)
})
