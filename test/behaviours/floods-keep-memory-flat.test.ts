import assert from 'node:assert/strict'
import { connect } from 'node:net'
import { test } from 'node:test'
import { oneRoute, startGateway } from '../support/gateway.ts'
import { heldBytes } from '../support/held-bytes.ts'
import { sendRaw, startRawUpstream } from '../support/raw.ts'
import { assertNothingArrived, bothWays } from '../support/requests.ts'

/** Sends a head without end for as long as it is taken. */
async function flood(port: number, start: string, piece: string): Promise<void> {
  const socket = connect(port, '127.0.0.1')
  socket.on('error', () => {}).resume()
  const closed = new Promise(resolve => socket.on('close', resolve))
  socket.write(start)
  const bytes = Buffer.from(piece.repeat(Math.ceil(65_536 / piece.length)))
  const send = () => {
    while (!socket.destroyed && socket.write(bytes));
  }
  socket.on('drain', send)
  send()
  await closed
}

const heads = {
  'a header without end': ['GET / HTTP/1.1\r\nhost: a\r\nx-long: ', 'x'],
  'headers without end': ['GET / HTTP/1.1\r\nhost: a\r\n', 'x-many: 12345\r\n'],
  'a target without end': ['GET /', 'x'],
  'a method without end': ['', 'X'],
} as const

for (const [what, [start, piece]] of Object.entries(heads)) {
  test(`B28: ${what} is cut`, async t => {
    const upstream = await startRawUpstream(t)
    const gateway = await startGateway(t, oneRoute({ v1: upstream.url }))
    await Promise.all(Array.from({ length: 20 }, () => flood(gateway.port, start, piece)))
    await assertNothingArrived(gateway.port, upstream)
  })
}

test('B28: hundreds of requests over the limits leave no memory behind', async t => {
  const upstream = await startRawUpstream(t)
  const gateway = await startGateway(t, oneRoute({ v1: upstream.url }))
  let name = 0
  const round = async (count: number) => {
    for (let i = 0; i < count; i += bothWays.length) {
      for (const [, request] of bothWays) {
        await sendRaw(gateway.port, request('/', `x-long: ${'x'.repeat(20_480)}\r\n`))
        // Names that nobody sent before: names are remembered, within a bound.
        const names = Array.from({ length: 120 }, () => `x-${name++}-${'n'.repeat(80)}: 1\r\n`)
        await sendRaw(gateway.port, request('/', names.join('')))
      }
    }
  }
  // Enough to fill what may be filled.
  await round(40)
  const before = heldBytes()
  await round(300)
  const grown = heldBytes() - before
  assert.ok(grown < 4 * 1024 * 1024, `grown by ${grown} bytes`)
})
