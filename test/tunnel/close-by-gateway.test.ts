import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer } from 'node:http'
import { test } from 'node:test'
import WebSocket, { WebSocketServer } from 'ws'
import { systemClock } from '../../src/clock.ts'
import { closeFrame, maskedCloseFrame } from '../../src/upstream/tunnel/close-frame.ts'
import { createTunnels } from '../../src/upstream/tunnel/tunnels.ts'
import { frame, listen, maskedFrame, openRaw, rawClient, startGateway } from './gateway.ts'

test('close waits for the frame under way, then nothing more reaches the client', async t => {
  const { client, upstream, gateway, tunnel, headLength } = await openRaw(t)
  const large = frame(2, Buffer.alloc(300_000, 1))
  upstream.socket.write(large.subarray(0, 100_000))
  await client.received.length(headLength + 100_000)
  tunnel.close(1001, 'going away')
  upstream.socket.write(Buffer.concat([large.subarray(100_000), frame(1, 'too late')]))
  const close = closeFrame(1001, 'going away')
  const got = (await client.received.length(headLength + large.length + close.length)).subarray(
    headLength,
  )
  assert.ok(got.subarray(0, large.length).equals(large))
  assert.deepEqual(got.subarray(large.length), close)

  // What the upstream goes on to send is read and dropped: more than the kernel could hold.
  const dropped = frame(2, Buffer.alloc(16 << 20))
  await new Promise(resolve => upstream.socket.write(dropped, resolve))

  // The client's last message and its Close still reach the upstream.
  const last = Buffer.concat([maskedFrame(1, 'last words'), maskedCloseFrame(1001, '')])
  client.socket.write(last)
  assert.deepEqual(await upstream.received.all(), last)
  assert.deepEqual((await client.received.all()).length, headLength + got.length)
  const { end } = await gateway.reported('close')
  assert.deepEqual({ code: end.code, by: end.by }, { code: 1001, by: 'gateway' })
})

test('real WebSockets on both sides see 1001 and the reason', async t => {
  const server = createServer()
  const port = await listen(t, server)
  const sockets = new WebSocketServer({ server })
  const gateway = await startGateway(t, `http://127.0.0.1:${port}`)
  const arrived = once(sockets, 'connection') as Promise<[WebSocket]>
  const client = new WebSocket(`ws://127.0.0.1:${gateway.port}/`)
  await once(client, 'open')
  const [upstream] = await arrived
  const heard = Promise.all([once(client, 'close'), once(upstream, 'close')])
  await gateway.reported('open')
  gateway.tunnels[0]?.close(1001, 'going away')
  for (const [code, reason] of await heard) {
    assert.equal(code, 1001)
    assert.equal(String(reason), 'going away')
  }
  await gateway.tunnels[0]?.closed
})

test('a client that never answers the Close is ended, and the upstream gets a Close', async t => {
  const server = createServer()
  const port = await listen(t, server)
  const arrived = once(new WebSocketServer({ server }), 'connection') as Promise<[WebSocket]>
  const gateway = await startGateway(t, `http://127.0.0.1:${port}`, { closeTimeoutMs: 30 })
  const { received } = rawClient(t, gateway.port)
  const headLength = (await received.until('\r\n\r\n')).length
  const [upstream] = await arrived
  const heard = once(upstream, 'close')
  gateway.tunnels[0]?.close(1012, 'moved')
  const [code, reason] = await heard
  assert.deepEqual([code, String(reason)], [1012, 'moved'])
  assert.deepEqual((await received.all()).subarray(headLength), closeFrame(1012, 'moved'))
  await gateway.tunnels[0]?.closed
})

test('an upstream that stays silent within a frame is ended without a Close to the client', async t => {
  const { client, upstream, tunnel, headLength } = await openRaw(t, { closeTimeoutMs: 30 })
  const half = frame(2, Buffer.alloc(1000)).subarray(0, 500)
  upstream.socket.write(half)
  await client.received.length(headLength + half.length)
  tunnel.close(1001, '')
  assert.deepEqual((await client.received.all()).subarray(headLength), half)
  assert.deepEqual(await upstream.received.all(), maskedCloseFrame(1001, ''))
  await tunnel.closed
})

test('a client within a frame of its own is not sent on a broken Close', async t => {
  const { client, upstream, tunnel } = await openRaw(t, { closeTimeoutMs: 30 })
  const half = maskedFrame(2, Buffer.alloc(1000)).subarray(0, 500)
  client.socket.write(half)
  await upstream.received.length(half.length)
  tunnel.close(1001, '')
  assert.deepEqual(await upstream.received.all(), half)
  await tunnel.closed
})

test('an upstream that has said Close is not followed by a second one', async t => {
  const { client, upstream, gateway, tunnel, headLength } = await openRaw(t, { closeTimeoutMs: 30 })
  upstream.socket.write(closeFrame(4000, 'mine'))
  await client.received.length(headLength + closeFrame(4000, 'mine').length)
  tunnel.close(1001, '')
  assert.deepEqual((await client.received.all()).subarray(headLength), closeFrame(4000, 'mine'))
  const { end } = await gateway.reported('close')
  assert.deepEqual({ code: end.code, by: end.by }, { code: 4000, by: 'upstream' })
})

test('a client that has said Close first is not spoken for', async t => {
  const { client, upstream, gateway, tunnel, headLength } = await openRaw(t, { closeTimeoutMs: 30 })
  const half = frame(2, Buffer.alloc(1000)).subarray(0, 500)
  upstream.socket.write(half)
  await client.received.length(headLength + half.length)
  client.socket.write(maskedCloseFrame(1000, 'mine'))
  await upstream.received.until(maskedCloseFrame(1000, 'mine'))
  tunnel.close(1001, '')
  assert.deepEqual(await upstream.received.all(), maskedCloseFrame(1000, 'mine'))
  const { end } = await gateway.reported('close')
  assert.deepEqual({ code: end.code, by: end.by }, { code: 1000, by: 'client' })
})

test('a client that does not read is cut when its time is over', async t => {
  const { client, upstream, tunnel } = await openRaw(t, { closeTimeoutMs: 30 })
  client.socket.pause()
  const filled = frame(2, Buffer.alloc(8 << 20))
  upstream.socket.write(filled)
  tunnel.close(1001, '')
  await tunnel.closed
})

test('an idle tunnel is closed with 1001 only where a limit is set', async t => {
  const { client, gateway, headLength } = await openRaw(t, { idleTimeoutMs: 30 })
  const close = closeFrame(1001, 'idle')
  await client.received.length(headLength + close.length)
  client.socket.write(maskedCloseFrame(1001, ''))
  const { end } = await gateway.reported('close')
  assert.deepEqual({ code: end.code, by: end.by }, { code: 1001, by: 'gateway' })
})

test('the set counts per variant, closes one variant alone, and then all', async t => {
  const tunnels = createTunnels({ clock: systemClock, random: () => 0.5 })
  const v1 = await openRaw(t)
  const v2 = await openRaw(t)
  tunnels.add('v1', 'a', v1.tunnel)
  tunnels.add('v2', 'a', v2.tunnel)
  assert.deepEqual([tunnels.count('v1'), tunnels.count('v2')], [1, 1])

  const moved = tunnels.closeAll(1012, 'moved', { v2Of: 'a', jitterMs: 20, limitMs: 5000 })
  await v2.client.received.until(closeFrame(1012, 'moved'))
  v2.client.socket.write(maskedCloseFrame(1012, ''))
  await moved
  assert.deepEqual([tunnels.count('v1'), tunnels.count('v2')], [1, 0])
  assert.equal(v1.client.received.bytes().length, v1.headLength)

  // The client of v1 never answers: the limit cuts it.
  await tunnels.closeAll(1001, '', { jitterMs: 0, limitMs: 30 })
  assert.deepEqual([tunnels.count('v1'), tunnels.count('v2')], [0, 0])
  assert.ok(v1.client.received.bytes().includes(closeFrame(1001, '')))
})

test('the limit holds also for a tunnel whose turn has not come', async t => {
  const tunnels = createTunnels({ clock: systemClock, random: () => 0.999 })
  const { tunnel } = await openRaw(t)
  tunnels.add('v1', undefined, tunnel)
  await tunnels.closeAll(1001, '', { jitterMs: 60_000, limitMs: 20 })
  assert.equal(tunnels.count('v1'), 0)
})
