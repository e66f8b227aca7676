import assert from 'node:assert/strict'
import { createServer, IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { connect } from 'node:net'
import { type TestContext, test } from 'node:test'
import { ListenedRequest } from '../../src/ingress/listened-request.ts'

/** The `headers` of a request in these bytes, and of the same as Node's own has them. */
async function heard(t: TestContext, bytes: string) {
  return { ours: await read(t, ListenedRequest), whole: await read(t, IncomingMessage) }

  async function read(t: TestContext, Request: typeof IncomingMessage) {
    const server = createServer({ IncomingMessage: Request, requireHostHeader: false })
    const got = Promise.withResolvers<Record<string, unknown>>()
    const onRequest = ({ headers }: IncomingMessage) => got.resolve({ ...headers })
    for (const event of ['request', 'upgrade', 'checkContinue', 'checkExpectation'])
      server.on(event, onRequest)
    t.after(() => {
      socket.destroy()
      server.close()
      server.closeAllConnections()
    })
    await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
    const socket = connect((server.address() as AddressInfo).port, '127.0.0.1')
    socket.write(bytes)
    return got.promise
  }
}

test('a plain request has no headers but those of its framing', async t => {
  const { ours, whole } = await heard(
    t,
    'POST / HTTP/1.1\r\nHost: a\r\nCookie: c\r\nAccept: x\r\nContent-LENGTH: 0\r\nTE: trailers\r\nExpect: 100-continue\r\nexpect: more\r\n\r\n',
  )
  assert.equal(whole.cookie, 'c')
  assert.deepEqual(ours, {
    'content-length': whole['content-length'],
    te: whole.te,
    expect: whole.expect,
  })
})

test('a transfer coding is framing', async t => {
  const { ours } = await heard(
    t,
    'POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
  )
  assert.deepEqual(ours, { 'transfer-encoding': 'chunked' })
})

test('a request for another protocol has all of its headers', async t => {
  const { ours, whole } = await heard(
    t,
    'GET / HTTP/1.1\r\nHost: a\r\nCookie: c\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n',
  )
  assert.deepEqual(ours, whole)
  assert.equal(ours.cookie, 'c')
})
