import assert from 'node:assert/strict'
import { createHash, randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type TestContext, test } from 'node:test'
import { openRaw } from '../support/conversation.ts'
import { oneRoute, processWith, startGateway, upstreamClients } from '../support/gateway.ts'
import { keptRequest } from '../support/requests.ts'

/** Answers with what it received: method, length and SHA-256 of the body. */
async function startDigestUpstream(t: TestContext): Promise<string> {
  const server = createServer((request, response) => {
    const hash = createHash('sha256')
    let length = 0
    request.on('data', chunk => {
      length += chunk.length
      hash.update(chunk)
    })
    request.on('end', () => {
      const body = `${request.method} ${length} ${hash.digest('hex')}`
      response.writeHead(200, { 'content-length': body.length }).end(body)
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.after(() => {
    server.closeAllConnections()
    server.close()
  })
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

/** Cuts a body into chunks of uneven sizes. */
function chunked(body: Buffer): Buffer {
  const pieces: Buffer[] = []
  for (let at = 0, size = 1; at < body.length; at += size, size = (size * 3 + 1) % 9973) {
    size ||= 1
    const piece = body.subarray(at, at + size)
    pieces.push(Buffer.from(`${piece.length.toString(16)}\r\n`), piece, Buffer.from('\r\n'))
  }
  return Buffer.concat([...pieces, Buffer.from('0\r\n\r\n')])
}

const methods = ['GET', 'DELETE', 'OPTIONS', 'POST', 'PUT', 'PATCH']

for (const client of upstreamClients) {
  for (const method of methods) {
    test(`B15 (${client}): the body of ${method} arrives byte for byte, chunked or not`, async t => {
      const upstream = await startDigestUpstream(t)
      const gateway = await startGateway(t, {
        ...oneRoute({ v1: upstream }),
        'switchback.yaml': processWith(client),
      })
      // One connection for all: a body that is cut wrongly would spoil the next request.
      const caller = openRaw(t, gateway.port)
      for (const size of [0, 1, 1000, 300_000]) {
        const body = randomBytes(size)
        const digest = createHash('sha256').update(body).digest('hex')
        for (const [framing, bytes] of [
          [`content-length: ${size}`, body],
          ['transfer-encoding: chunked', chunked(body)],
        ] as const) {
          const head = keptRequest('/', `${framing}\r\n`, method)
          const answer = await caller.ask(Buffer.concat([Buffer.from(head), bytes]))
          assert.equal(answer.status, 200, answer.text)
          assert.equal(answer.body, `${method} ${size} ${digest}`, framing)
        }
      }
    })
  }
}
