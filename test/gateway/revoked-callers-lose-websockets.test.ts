import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type TestContext, test } from 'node:test'
import { WebSocket, WebSocketServer } from 'ws'
import { startGateway } from '../support/gateway.ts'
import { bearer, filesFor, revoke } from './revoking.ts'

/** An upstream that greets; `greeting` holds its answer to the handshake back. */
async function startGreeter(t: TestContext, greeting: Promise<void> = Promise.resolve()) {
  const server = createServer()
  const sockets = new WebSocketServer({ noServer: true })
  const asked = Promise.withResolvers<void>()
  const closes: Promise<unknown[]>[] = []
  server.on('upgrade', async (request, socket, head) => {
    asked.resolve()
    await greeting
    sockets.handleUpgrade(request, socket, head, opened => {
      closes.push(once(opened, 'close'))
      opened.send('hello')
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.after(() => {
    for (const socket of sockets.clients) socket.terminate()
    server.close()
  })
  const { port } = server.address() as AddressInfo
  return { url: `http://127.0.0.1:${port}`, asked: asked.promise, closes }
}

test('the WebSockets of a revoked caller are closed with 1008 on both sides, those of others stay', async t => {
  const { url, closes } = await startGreeter(t)
  const gateway = await startGateway(t, filesFor(url))
  const open = async (claims: object) => {
    const headers = await bearer({ ...claims })
    const socket = new WebSocket(gateway.url.replace('http', 'ws'), { headers })
    await once(socket, 'message')
    return socket
  }
  const [first, second, other] = [
    await open({ sub: 'anna', sid: 'a' }),
    await open({ sub: 'anna', sid: 'b' }),
    await open({ sub: 'bert', sid: 'c' }),
  ]
  const closed = [once(first, 'close'), once(second, 'close')]
  assert.equal((await revoke(gateway.adminUrl, { sub: 'anna' })).status, 200)
  for (const [code, reason] of await Promise.all(closed)) {
    assert.deepEqual([code, String(reason)], [1008, 'the token was revoked'])
  }
  for (const [code] of await Promise.all(closes.slice(0, 2))) assert.equal(code, 1008)
  const open1 = 'switchback_websockets_open{route="main",variant="v1"}'
  assert.equal(await gateway.metric(open1), 1)

  const ended = once(other, 'close')
  await revoke(gateway.adminUrl, { sid: 'c' })
  assert.equal((await ended)[0], 1008)
})

test('one that is revoked while its handshake is under way is closed as it opens', async t => {
  const answer = Promise.withResolvers<void>()
  const { url, asked } = await startGreeter(t, answer.promise)
  const gateway = await startGateway(t, filesFor(url))
  const headers = await bearer({ jti: 't-1' })
  const socket = new WebSocket(gateway.url.replace('http', 'ws'), { headers })
  const closed = once(socket, 'close')
  await asked
  await revoke(gateway.adminUrl, { jti: 't-1' })
  answer.resolve()
  assert.equal((await closed)[0], 1008)
})
