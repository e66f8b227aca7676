import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer, get as httpGet, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type TestContext, test } from 'node:test'
import { WebSocket, WebSocketServer } from 'ws'
import { oneRoute, startGateway, upstreamClients } from '../support/gateway.ts'
import { startWithBadV2 } from './bad-v2.ts'

const quick = 'switchBack: { drainFor: 50ms, jitter: 20ms }'

/** Opens a long answer and reads as far as it has come. */
async function openStream(t: TestContext, url: string, sent: string): Promise<IncomingMessage> {
  const request = httpGet(url)
  t.after(() => request.destroy())
  const [response] = (await once(request, 'response')) as [IncomingMessage]
  let received = ''
  response.on('data', chunk => {
    received += chunk
  })
  while (received.length < sent.length) await once(response, 'data')
  return response
}

for (const { type, headers = {}, pieces = ['data: 1\n\n'], ending } of [
  { type: 'text/event-stream', ending: 'ends whole, so that its client asks again' },
  {
    type: 'text/event-stream',
    pieces: ['data: 1\n\nda', 'ta: 2\r\n\r', '\n'],
    ending: 'ends whole, though its events came in pieces',
  },
  {
    type: 'text/event-stream',
    pieces: ['data: 1\n\ndata: 2'],
    ending: 'is broken off in the end if the event under way never ends',
  },
  {
    type: 'text/event-stream',
    headers: { 'content-encoding': 'gzip' },
    pieces: ['no event can be seen'],
    ending: 'ends at once where it is coded',
  },
  {
    type: 'text/event-stream',
    headers: { 'content-length': 1000 },
    ending: 'of a declared length is broken off, or the next answer would become a part of it',
  },
  { type: 'application/octet-stream', ending: 'is broken off, so that nobody takes it for whole' },
]) {
  test(`a ${type} of V2 ${ending}`, async t => {
    const { start } = await startWithBadV2(t, {
      policy: quick,
      v2(_request, response) {
        response.writeHead(200, { 'content-type': type, ...headers })
        for (const piece of pieces) response.write(piece)
      },
    })
    const gateway = await start()
    const stream = await openStream(t, gateway.url, pieces.join(''))
    const over = once(stream, 'end').then(
      () => 'end',
      () => 'broken',
    )
    await gateway.operate('rollback')
    assert.equal(await over, ending.startsWith('ends') ? 'end' : 'broken')
  })
}

for (const client of upstreamClients) {
  test(`no event is torn by a switch back, by the client ${client}`, async t => {
    const pieces = ['ta: 2\n', '\ndata: 3\n\nda', 'ta: 4\n\nda']
    const { start } = await startWithBadV2(t, {
      policy: 'switchBack: { drainFor: 60s, jitter: 20ms }',
      process: `upstream: { client: ${client} }`,
      v2(_request, response) {
        response.writeHead(200, { 'content-type': 'text/event-stream' }).write('data: 1\n\nda')
        // On and on, and never at the end of an event.
        let at = 0
        const writing = setInterval(() => response.write(pieces[at++ % pieces.length]), 1)
        response.on('close', () => clearInterval(writing))
      },
    })
    const gateway = await start()
    const response = await fetch(gateway.url)
    const [text] = await Promise.all([response.text(), gateway.operate('rollback')])
    assert.match(text, /^(data: \d\n\n)+$/)
  })
}

test('a WebSocket on V2 is told 1012, one on V1 stays', async t => {
  const sockets = new WebSocketServer({ noServer: true })
  const server = createServer()
  server.on('upgrade', (request, socket, head) =>
    sockets.handleUpgrade(request, socket, head, () => {}),
  )
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.after(() => {
    for (const socket of sockets.clients) socket.terminate()
    server.close()
  })
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const gateway = await startGateway(t, {
    ...oneRoute({ v1: url, v2: url, percent: 100, policy: quick }),
    'routes/other.yaml': `match: { path: /other }\nv1: { url: "${url}" }\npolicy: open\n`,
  })
  const open = async (path: string) => {
    const socket = new WebSocket(gateway.url.replace('http', 'ws') + path)
    t.after(() => socket.terminate())
    await once(socket, 'open')
    return socket
  }
  const onV2 = await open('/')
  const onV1 = await open('/other')
  await fetch(`${gateway.adminUrl}/latches/v2/rollback`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: '{"who":"test"}',
  })
  const [code] = await once(onV2, 'close')
  assert.equal(code, 1012)
  onV1.ping()
  await once(onV1, 'pong')
})
