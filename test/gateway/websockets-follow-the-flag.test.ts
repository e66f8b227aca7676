import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type TestContext, test } from 'node:test'
import { WebSocket, WebSocketServer } from 'ws'
import { oneRoute, startGateway } from '../support/gateway.ts'
import { createClient } from '../support/http.ts'

/** Answers HTTP with its name, and WebSockets with its name and then every message. */
async function startEcho(t: TestContext, name: string): Promise<string> {
  const server = createServer((_request, response) => response.end(name))
  const sockets = new WebSocketServer({
    server,
    handleProtocols: offered => [...offered].at(-1) ?? false,
  })
  sockets.on('connection', socket => {
    socket.send(name)
    socket.on('message', (data, isBinary) => socket.send(data, { binary: isBinary }))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.after(() => {
    for (const socket of sockets.clients) socket.terminate()
    server.close()
  })
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

async function start(t: TestContext) {
  const v1 = await startEcho(t, 'v1')
  const v2 = await startEcho(t, 'v2')
  return startGateway(t, oneRoute({ v1, v2, percent: 50 }))
}

test('a user gets the same variant over WebSocket as over HTTP', async t => {
  const gateway = await start(t)
  const get = createClient(t)
  const seen = new Set<string>()
  for (let user = 0; user < 30; user++) {
    const headers = { 'x-user-id': `user-${user}` }
    const socket = new WebSocket(gateway.url.replace('http', 'ws'), { headers })
    const [greeting] = await once(socket, 'message')
    assert.equal(String(greeting), (await get(gateway.url, headers)).body)
    seen.add(String(greeting))
    socket.close()
    await once(socket, 'close')
  }
  assert.deepEqual([...seen].sort(), ['v1', 'v2'])
})

test('subprotocols, close code and reason pass, and the log tells both ends of a WebSocket', async t => {
  const gateway = await start(t)
  const socket = new WebSocket(gateway.url.replace('http', 'ws'), ['first', 'second', 'third'])
  const upgraded = once(socket, 'upgrade')
  const greeted = once(socket, 'message')
  const [response] = await upgraded
  const [variant] = (await greeted).map(String)
  assert.equal(socket.protocol, 'third')
  assert.match(String(response.headers['set-cookie']), /^sb_sid=/)
  const requestId = response.headers['x-request-id']
  assert.match(requestId, /^[0-9a-f]{32}$/)
  socket.send('hello')
  const [echo] = await once(socket, 'message')
  assert.equal(String(echo), 'hello')
  const open = `switchback_websockets_open{route="main",variant="${variant}"}`
  assert.equal(await gateway.metric(open), 1)

  socket.close(4001, 'enough')
  const [code, reason] = await once(socket, 'close')
  assert.deepEqual([code, String(reason)], [4001, 'enough'])
  // The gateway tells the end once both of its connections are gone; asking for metrics lets it.
  while ((await gateway.metric(open)) !== 0);
  const told = gateway.logLines
    .map(line => JSON.parse(line))
    .filter(line => line.requestId === requestId)
  assert.deepEqual(
    told.map(({ msg, status, code, by, variant }) => ({ msg, status, code, by, variant })),
    [
      { msg: 'request', status: 101, code: undefined, by: undefined, variant },
      { msg: 'websocket closed', status: undefined, code: 4001, by: 'client', variant },
    ],
  )
})
