/** V1 or V2 of the soak: `node service-process.ts <name>`. Prints `listening <port>`. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { WebSocketServer } from 'ws'
import { largeBytes, slowMs } from './traffic/sizes.ts'

const name = process.argv[2] ?? ''
const large = Buffer.alloc(largeBytes, 'x')
const sockets = new WebSocketServer({ noServer: true })

const server = createServer((request, response) => {
  // Who leaves in the middle is nobody's fault here.
  answer(request, response).catch(() => response.destroy())
})

async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  response.setHeader('x-service', name)
  let bytes = 0
  for await (const chunk of request) bytes += chunk.length
  const { pathname } = new URL(request.url ?? '/', 'http://service')
  if (pathname === '/large') response.setHeader('content-length', largeBytes).end(large)
  else if (pathname === '/slow') setTimeout(() => response.end('late'), slowMs)
  else if (pathname === '/rough/fail') response.writeHead(500).end('failed on purpose')
  else if (pathname === '/rough/cut') {
    response.writeHead(200, { 'content-length': 1000 })
    response.write('cut on purpose', () => response.destroy())
  } else response.end(JSON.stringify({ bytes }))
}

server.on('upgrade', (request, socket, head) => {
  sockets.handleUpgrade(request, socket, head, client => {
    client.on('error', () => {})
    client.on('message', (data, binary) => client.send(data, { binary }))
  })
})
server.listen(0, '127.0.0.1', () => {
  console.log(`listening ${(server.address() as AddressInfo).port}`)
})
// Its parent is gone.
process.on('disconnect', () => process.exit())
