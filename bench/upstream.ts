/**
 * The service behind every gateway of the bench: `node bench/upstream.ts <v1 port> <v2 port>`.
 * As little work as an HTTP service can do, so that what is measured is the gateway.
 */
import { createServer } from 'node:http'

const body = '{"service":"bench","offers":[{"id":1,"title":"engineer","price":100.5}],"total":1 }\n'

for (const [index, port] of process.argv.slice(2, 4).entries()) {
  const head = {
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(body),
    'x-service': `v${index + 1}`,
  }
  createServer({ keepAliveTimeout: 60_000 }, (_, response) => {
    response.writeHead(200, head)
    response.end(body)
  }).listen(Number(port), '127.0.0.1')
}
