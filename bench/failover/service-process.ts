/**
 * V1 or V2: `node service-process.ts <name> <port>`. Prints `listening <port>`, and each request as
 * it arrives, at once, so that what it was asked is known when it is killed. Behaves as the last
 * message said, and answers it with the moment from which it does. WebSockets it holds and says nothing.
 */
import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { WebSocketServer } from 'ws'

/**
 * What it answers: everything well, everything with 500, nothing, everything late, a reset in the place of an
 * answer, or the first half of one.
 */
export type Behaviour = 'ok' | '500' | 'hang' | 'slow' | 'reset' | 'cut'

const slowMs = 250

const [name = '', port = '0'] = process.argv.slice(2)
let behaviour: Behaviour = 'ok'
process.on('message', message => {
  behaviour = message as Behaviour
  process.send?.(Date.now())
})
// Its parent is gone.
process.on('disconnect', () => process.exit())

const server = createServer({ keepAliveTimeout: 60_000 }, (request, response) => {
  request.resume()
  const id = request.headers['x-request-id']
  // Written synchronously, as to any pipe on Linux.
  process.stdout.write(`arrival ${Date.now()} ${behaviour} ${request.method} ${id}\n`)
  if (behaviour === 'hang') return
  if (behaviour === 'reset') request.socket.resetAndDestroy()
  else if (behaviour === 'slow') setTimeout(answer, slowMs, response, 200)
  else answer(response, behaviour === '500' ? 500 : 200)
})

function answer(response: ServerResponse, status: number): void {
  const body = JSON.stringify({ service: name, offers: [{ id: 1, title: 'engineer' }], total: 1 })
  response.writeHead(status, {
    'content-type': 'application/json',
    'content-length': body.length,
    'x-service': name,
  })
  if (behaviour !== 'cut') response.end(body)
  else response.write(body.slice(0, body.length / 2), () => response.destroy())
}

const sockets = new WebSocketServer({ noServer: true })
server.on('upgrade', (request, socket, head) => {
  sockets.handleUpgrade(request, socket, head, client => client.on('error', () => {}))
})

server.listen(Number(port), '127.0.0.1', () => {
  console.log(`listening ${(server.address() as AddressInfo).port}`)
})
