import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

/**
 * An upstream for tests that kill one: `node upstream-process.ts <name> <port> <delayMs>` answers each
 * request with its name after the delay, and prints its port once it listens.
 */
const [, , name = '', port = '0', delayMs = '0'] = process.argv
const server = createServer((request, response) => {
  request.resume()
  setTimeout(() => {
    response.writeHead(200, { 'content-length': name.length }).end(name)
  }, Number(delayMs))
})
server.keepAliveTimeout = 60_000
server.listen(Number(port), '127.0.0.1', () => {
  process.stdout.write(`${(server.address() as AddressInfo).port}\n`)
})
