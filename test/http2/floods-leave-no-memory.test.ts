import assert from 'node:assert/strict'
import { once } from 'node:events'
import { test } from 'node:test'
import { Worker } from 'node:worker_threads'
import { oneRoute } from '../support/gateway.ts'
import { heldBytes } from '../support/held-bytes.ts'
import { startUpstream } from '../support/http.ts'
import { startHttp2Gateway } from '../support/http2.ts'

test('B28: floods of resets, endless fields and half requests leave no memory behind', async t => {
  const v1 = await startUpstream(t, 'v1')
  const gateway = await startHttp2Gateway(t, oneRoute({ v1: v1.url }), 'log: { access: false }')
  const workerData = { port: gateway.port }
  const attacker = new Worker(new URL('flood-client.ts', import.meta.url), { workerData })
  t.after(() => attacker.terminate())
  const attack = async (rounds: number) => {
    attacker.postMessage(rounds)
    await once(attacker, 'message')
    while ((await gateway.metric('switchback_http2_sessions')) > 0) {}
    return heldBytes()
  }
  // Enough to fill what may be filled.
  const before = await attack(10)
  const grown = (await attack(25)) - before
  // Between one and a half and four and a half, after 25 rounds as after 200: what may be filled.
  assert.ok(grown < 8 * 1024 * 1024, `grown by ${grown} bytes`)
})
