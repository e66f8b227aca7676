import assert from 'node:assert/strict'
import { once } from 'node:events'
import { test } from 'node:test'
import { closeFrame, maskedCloseFrame } from '../../src/upstream/tunnel/close-frame.ts'
import { openRaw } from './gateway.ts'

test('an end passes on while the other direction goes on', async t => {
  const { client, upstream, gateway } = await openRaw(t)
  client.socket.allowHalfOpen = true
  upstream.socket.end(closeFrame(1000, ''))
  await client.received.all()
  client.socket.end(maskedCloseFrame(1000, ''))
  assert.deepEqual(await upstream.received.all(), maskedCloseFrame(1000, ''))
  const { end } = await gateway.reported('close')
  assert.deepEqual(end, { code: 1000, by: 'upstream', bytesUp: 8, bytesDown: 4 })
})

test('a tunnel of which only one side has ended is cut when nothing moves any more', async t => {
  const { client, upstream, gateway } = await openRaw(t, { closeTimeoutMs: 30 })
  client.socket.allowHalfOpen = true
  upstream.socket.end()
  await client.received.all()
  const { end } = await gateway.reported('close')
  assert.deepEqual({ code: end.code, by: end.by }, { code: 1006, by: 'upstream' })
})

test('a client connection that is destroyed in the gateway takes the upstream with it', async t => {
  const { upstream, gateway } = await openRaw(t)
  const closed = once(upstream.socket, 'close')
  gateway.clients[0]?.destroy()
  await closed
  assert.equal((await gateway.reported('close')).end.by, 'client')
})

test('a client that ends its side and then breaks off stops an upstream that still sends', async t => {
  const { client, upstream, gateway } = await openRaw(t)
  upstream.socket.allowHalfOpen = true
  client.socket.allowHalfOpen = true
  client.socket.end()
  await upstream.received.all()
  const closed = new Promise(resolve => upstream.socket.on('close', resolve))
  const send = () => {
    upstream.socket.write('more')
    if (!upstream.socket.destroyed) setImmediate(send)
  }
  send()
  client.socket.resetAndDestroy()
  await closed
  assert.equal((await gateway.reported('close')).end.code, 1006)
})
