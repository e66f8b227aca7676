import assert from 'node:assert/strict'
import { once } from 'node:events'
import type { IncomingMessage } from 'node:http'
import { connect } from 'node:net'
import { test } from 'node:test'
import { openRaw } from '../support/conversation.ts'
import { oneRoute, startGateway, testProcess } from '../support/gateway.ts'
import { collect } from '../support/held-bytes.ts'
import { startUpstream } from '../support/http.ts'

/** Bytes in the heap that a collection of its young generation leaves there, or one of all of it. */
function heapAfter(collection: 'young' | 'whole'): number {
  if (collection === 'whole') collect()
  // What survives two is promoted.
  for (let n = 0; n < 3; n++) collect({ type: 'minor' })
  return process.memoryUsage().heapUsed
}

/** Of the test's own client and upstream there are 4 KB; a request of the gateway that is held on to has 6 to 8. */
const mostBytes = 7000

const requests = {
  'a GET': 'GET / HTTP/1.1\r\nhost: a\r\n\r\n',
  'a POST': 'POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 5\r\n\r\nhello',
  'a POST of unknown length':
    'POST / HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n',
}

// The rest is found when the whole heap is collected: clients wait for that, and memory grows until then.
for (const [what, request] of Object.entries(requests)) {
  test(`${what} leaves nothing that a collection of young objects does not find`, async t => {
    const v1 = await startUpstream(t, 'v1')
    const gateway = await startGateway(t, {
      ...oneRoute({ v1: v1.url }),
      // Decisions are remembered on purpose.
      'switchback.yaml': `${testProcess}decisions: { keep: 0 }\n`,
    })
    const client = openRaw(t, gateway.port)
    const ask = async (times: number) => {
      for (let n = 0; n < times; n++) assert.equal((await client.ask(request)).status, 200)
    }
    await ask(1000)
    const before = heapAfter('whole')
    for (let n = 0; n < 10; n++) {
      await ask(50)
      heapAfter('young')
    }
    const each = (heapAfter('young') - before) / 500
    assert.ok(each < mostBytes, `${each} bytes`)
  })
}

/** The gateway's own memory; decisions and the log's lines are kept on purpose. */
const keepsNothing = {
  'switchback.yaml': `${testProcess}decisions: { keep: 0 }\nlog: { access: false }\n`,
}
const upload = 'POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 100\r\n\r\nhello'

/** Bytes that each of 300 clients leaves in the heap, after 300 others. */
async function leftByEach(leave: () => Promise<void>): Promise<number> {
  for (let n = 0; n < 300; n++) await leave()
  const before = heapAfter('whole')
  for (let n = 0; n < 300; n++) await leave()
  return (heapAfter('whole') - before) / 300
}

test('a client that leaves in the middle of its body leaves nothing', async t => {
  let asked = Promise.withResolvers<IncomingMessage>()
  const v1 = await startUpstream(t, 'v1', request => asked.resolve(request.resume()))
  const gateway = await startGateway(t, { ...oneRoute({ v1: v1.url }), ...keepsNothing })
  const each = await leftByEach(async () => {
    const socket = connect(gateway.port, '127.0.0.1')
    socket.write(upload)
    const request = await asked.promise
    asked = Promise.withResolvers()
    socket.destroy()
    // The gateway takes its own request back.
    await new Promise(resolve => request.on('error', () => {}).on('close', resolve))
  })
  assert.ok(each < 1000, `${each} bytes`)
})

test('nor does one that leaves behind an answer that came before its body did', async t => {
  const v1 = await startUpstream(t, 'v1', (_request, response) => void response.end('early'))
  const gateway = await startGateway(t, { ...oneRoute({ v1: v1.url }), ...keepsNothing })
  const each = await leftByEach(async () => {
    const socket = connect({ port: gateway.port, host: '127.0.0.1', allowHalfOpen: true })
    socket.write(upload)
    await once(socket, 'data')
    // A FIN, and then the gateway's: it knows that nothing more comes.
    socket.end()
    await once(socket.resume(), 'close')
  })
  assert.ok(each < 1000, `${each} bytes`)
})
