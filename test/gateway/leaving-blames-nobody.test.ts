import assert from 'node:assert/strict'
import { once } from 'node:events'
import { test } from 'node:test'
import { WebSocket } from 'ws'
import { startWithBadV2 } from './bad-v2.ts'

/** Far more than what proves a V2 bad that may fail one request in a hundred. */
const handshakes = 12

test('handshakes that a leaving gateway gives up are not held against V2', async t => {
  const { start, asked } = await startWithBadV2(t, { v2: () => {} })
  const gateway = await start()
  const refused = Array.from({ length: handshakes }, async () => {
    const socket = new WebSocket(gateway.url.replace('http', 'ws'))
    await once(socket, 'error')
  })
  while (asked() < handshakes) await new Promise(setImmediate)
  await gateway.close()
  await Promise.all(refused)
  assert.doesNotMatch(gateway.logLines.join(''), /switched back/)
})
