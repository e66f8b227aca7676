import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { test } from 'node:test'
import { openConnection } from '../../bench/shadow/connection.ts'

/** Less than the time limit of the test run. */
const patience = { timeout: 30_000 }

test('a connection counts an answer when its last byte is there', patience, async t => {
  let connections = 0
  const server = createServer((request, response) => {
    if (request.url === '/cut') return void request.socket.destroy()
    const body = 'x'.repeat(request.url === '/large' ? 1_000_000 : 0)
    response.writeHead(request.url === '/bad' ? 503 : 200, { 'content-length': body.length })
    response.end(body)
  })
  server.on('connection', () => connections++)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.after(() => server.close())

  const connection = openConnection((server.address() as AddressInfo).port)
  const ask = (path: string) =>
    new Promise<number>(resolve =>
      connection.send(Buffer.from(`GET ${path} HTTP/1.1\r\nhost: a\r\n\r\n`), resolve),
    )
  assert.equal(await ask('/large'), 200)
  assert.equal(await ask('/bad'), 503)
  assert.equal(await ask('/empty'), 200)
  assert.equal(connection.isClosed, false)
  assert.equal(await ask('/cut'), 0)
  assert.equal(connection.isClosed, true)
  assert.equal(connections, 1)
})
