import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import type { Socket } from 'node:net'
import { connect } from 'node:net'
import { test } from 'node:test'
import { setImmediate } from 'node:timers/promises'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import fc from 'fast-check'
import {
  collect,
  rawClient,
  startGateway,
  startRawUpstream,
  upgradeText,
  validAnswer,
} from './gateway.ts'

const chunks = fc.array(fc.uint8Array({ minLength: 1, maxLength: 5000 }), { maxLength: 12 })

/** Writes pieces so that they leave one by one. */
async function writeApart(socket: Socket, pieces: readonly Uint8Array[]) {
  socket.setNoDelay(true)
  for (const piece of pieces) {
    socket.write(piece)
    await setImmediate()
  }
  socket.end()
}

test('what one side sends after the handshake is what the other side gets, however it is cut', async t => {
  let toClient: readonly Uint8Array[] = []
  let upstreamGot: Promise<Buffer> = Promise.resolve(Buffer.alloc(0))
  const origin = await startRawUpstream(
    t,
    async socket => {
      const received = collect(socket)
      const head = await received.until('\r\n\r\n')
      upstreamGot = received.all().then(all => all.subarray(head.indexOf('\r\n\r\n') + 4))
      socket.write(validAnswer)
      await writeApart(socket, toClient)
    },
    { allowHalfOpen: true },
  )
  const gateway = await startGateway(t, origin)
  await fc.assert(
    fc.asyncProperty(chunks, chunks, fc.nat(3), async (up, down, earlyCount) => {
      toClient = down
      const socket = connect({ port: gateway.port, host: '127.0.0.1', allowHalfOpen: true })
      const received = collect(socket)
      socket.write(Buffer.concat([Buffer.from(upgradeText()), ...up.slice(0, earlyCount)]))
      const head = await received.until('\r\n\r\n')
      await writeApart(socket, up.slice(earlyCount))
      const clientGot = (await received.all()).subarray(head.indexOf('\r\n\r\n') + 4)
      assert.deepEqual(clientGot, Buffer.concat(down))
      assert.deepEqual(await upstreamGot, Buffer.concat(up))
    }),
    { seed: 6455, numRuns: 60 },
  )
  await Promise.all(gateway.tunnels.map(tunnel => tunnel.closed))
  const ends = gateway.reports.flatMap(entry => (entry.event === 'close' ? [entry.end] : []))
  assert.equal(ends.length, gateway.tunnels.length)
})

const mebibyte = 1 << 20
const volume = 64 * mebibyte
const block = Buffer.alloc(mebibyte / 4, 'switchback')

setFlagsFromString('--expose-gc')
const collectGarbage: () => void = runInNewContext('gc')

/** Bytes of buffers that something still holds. */
function heldBytes(): number {
  collectGarbage()
  return process.memoryUsage().arrayBuffers
}

/** Sends the volume as fast as the socket takes it. */
async function sendVolume(socket: Socket) {
  for (let sent = 0; sent < volume; sent += block.length) {
    if (!socket.write(block)) await once(socket, 'drain')
  }
}

/** Reads the volume with a pause after each piece and tells its hash. */
async function readSlowly(socket: Socket, onPiece: () => void) {
  const hash = createHash('sha256')
  let length = 0
  for await (const piece of socket as AsyncIterable<Buffer>) {
    hash.update(piece)
    length += piece.length
    onPiece()
    await setImmediate()
    if (length === volume) break
  }
  return hash.digest('hex')
}

for (const direction of ['up', 'down'] as const) {
  test(`64 MiB ${direction} through a slow reader arrive whole in bounded memory`, async t => {
    const arrived = Promise.withResolvers<Socket>()
    const origin = await startRawUpstream(t, async socket => {
      await once(socket, 'data')
      socket.pause()
      socket.write(validAnswer)
      arrived.resolve(socket)
    })
    const gateway = await startGateway(t, origin)
    const { socket: client, received } = rawClient(t, gateway.port)
    await received.until('\r\n\r\n')
    client.removeAllListeners('data').pause()
    const upstream = await arrived.promise
    const [from, to] = direction === 'up' ? [client, upstream] : [upstream, client]

    const expected = createHash('sha256')
    for (let sent = 0; sent < volume; sent += block.length) expected.update(block)
    const before = heldBytes()
    let pieces = 0
    let most = 0
    const [digest] = await Promise.all([
      readSlowly(to, () => {
        if (pieces++ % 32 === 0) most = Math.max(most, heldBytes() - before)
      }),
      sendVolume(from),
    ])
    assert.equal(digest, expected.digest('hex'))
    t.diagnostic(`buffers grew by at most ${(most / mebibyte).toFixed(1)} MiB`)
    assert.ok(most < 16 * mebibyte, `buffers grew by ${most / mebibyte} MiB`)
  })
}
