/**
 * The service behind every gateway of the bench: `node bench/upstream.ts <v1 port> <v2 port>`.
 * As little work as an HTTP service can do, so that what is measured is the gateway.
 */
import { createServer } from 'node:http'
import { smallAnswer } from './small-answer.ts'

for (const [index, port] of process.argv.slice(2, 4).entries()) {
  const head = {
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(smallAnswer),
    'x-service': `v${index + 1}`,
  }
  createServer({ keepAliveTimeout: 60_000 }, (_, response) => {
    response.writeHead(200, head)
    response.end(smallAnswer)
  }).listen(Number(port), '127.0.0.1')
}
