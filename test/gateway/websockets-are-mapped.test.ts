import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { test } from 'node:test'
import { WebSocket, WebSocketServer } from 'ws'
import { oneRoute, startGateway } from '../support/gateway.ts'

test('a WebSocket handshake arrives under the path, query and headers of the mapping', async t => {
  const server = createServer()
  const sockets = new WebSocketServer({ server })
  sockets.on('connection', (socket, { url, headers }) => {
    socket.send(`${url} ${headers['x-job-source']} ${headers['x-offer-source']}`)
    socket.on('message', data => socket.send(data))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.after(() => {
    for (const socket of sockets.clients) socket.terminate()
    server.close()
  })
  const { port } = server.address() as AddressInfo
  const files = oneRoute({ v1: `http://127.0.0.1:${port}` })
  const mapping =
    'mapping: { paths: [{ from: /offers, to: /jobs }], query: { offer: job }, request: { headers: { rename: { x-offer-source: x-job-source } }, body: "$" } }'
  const route = String(files['routes/main.yaml']).replace(/(v1: \{ url: "[^"]+")/, `$1, ${mapping}`)
  const gateway = await startGateway(t, { ...files, 'routes/main.yaml': route })

  const target = `${gateway.url.replace('http', 'ws')}/offers/live?offer=1&x=%20`
  const socket = new WebSocket(target, { headers: { 'x-offer-source': 'app' } })
  const [greeting] = await once(socket, 'message')
  assert.equal(String(greeting), '/jobs/live?job=1&x=%20 app undefined')
  socket.send('{"as":"it is"}')
  const [echo] = await once(socket, 'message')
  assert.equal(String(echo), '{"as":"it is"}')
  socket.close()
  await once(socket, 'close')
})
