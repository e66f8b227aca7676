import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Clock, systemClock } from '../../src/clock.ts'
import { openRaw } from '../support/conversation.ts'
import { oneRoute, startGateway } from '../support/gateway.ts'
import { createClient, startUpstream } from '../support/http.ts'
import { startRawUpstream } from '../support/raw.ts'
import { upgradeAnswer, upgradeRequest } from '../support/requests.ts'

/** No other wait of the gateway is this long. */
const delayMs = 123_456

test('between /ready turning 503 and the listener closing everybody still gets in', async t => {
  const delayed = Promise.withResolvers<() => void>()
  const clock: Clock = {
    ...systemClock,
    every(periodMs, tick) {
      if (periodMs !== delayMs) return systemClock.every(periodMs, tick)
      delayed.resolve(tick)
      return () => {}
    },
  }
  const sockets = await startRawUpstream(t, socket => {
    socket.once('data', () => socket.write(upgradeAnswer))
  })
  const v1 = await startUpstream(t, 'v1')
  const gateway = await startGateway(
    t,
    {
      ...oneRoute({ v1: v1.url }),
      'routes/ws.yaml': `match: { path: /ws }\nv1: { url: "${sockets.url}" }\npolicy: open\n`,
      'switchback.yaml': `
listen: { host: 127.0.0.1, port: 0 }
admin: { port: 0 }
drain: { delayMs: ${delayMs}, lingerMs: 0, graceMs: 200 }
`,
    },
    clock,
  )
  const get = createClient(t)
  const ready = async () => (await fetch(`${gateway.adminUrl}/ready`)).status
  assert.equal(await ready(), 200)

  const closed = gateway.close()
  const delayIsOver = await delayed.promise
  try {
    await everybodyGetsIn()
  } finally {
    delayIsOver()
  }
  await closed
  await assert.rejects(get(`${gateway.url}/`))

  async function everybodyGetsIn() {
    assert.equal(await ready(), 503)
    assert.equal((await get(`${gateway.url}/`)).body, 'v1')
    const upgrade = openRaw(t, gateway.port, upgradeRequest('/ws'))
    await upgrade.until('101 Switching Protocols')
  }
})
