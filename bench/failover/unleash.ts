import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

/** The part of an Unleash server that gateways ask: the flags. Its end is the fault to be made. */
export async function startUnleash(feature: object) {
  const body = JSON.stringify({ version: 2, features: [feature] })
  const server = createServer((request, response) => {
    request.resume()
    response.writeHead(200, { 'content-type': 'application/json' }).end(body)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}/api`,
    close() {
      server.closeAllConnections()
      server.close()
    },
  }
}
