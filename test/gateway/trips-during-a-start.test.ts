import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Clock, systemClock } from '../../src/clock.ts'
import { createEmbeddedStore } from '../../src/fleet/stores/embedded-store.ts'
import { latch } from '../fleet/store-states.ts'
import { configDir, flagFile, oneRoute, startGateway, testProcess } from '../support/gateway.ts'
import { createClient, startUpstream } from '../support/http.ts'

test('a latch that trips while the gateway waits for Unleash holds from the first request on', async t => {
  const ticks = new Set<() => void>()
  const clock: Clock = {
    ...systemClock,
    every(periodMs, tick) {
      ticks.add(tick)
      const stop = systemClock.every(periodMs, tick)
      return () => {
        ticks.delete(tick)
        stop()
      }
    },
  }
  const dir = await configDir(t, {})
  const v1 = await startUpstream(t, 'v1')
  const v2 = await startUpstream(t, 'v2')
  const unleash = await startUpstream(t, 'unleash', async (_request, response) => {
    // Another process of this machine trips, and this one looks at its store.
    const other = createEmbeddedStore({ dir, clock: systemClock })
    await other.putLatch(latch({ flag: 'v2' }))
    await other.close()
    for (const tick of [...ticks]) tick()
    await new Promise(setImmediate)
    response.end(`{ "version": 2, "features": [${flagFile('v2', 100)}] }`)
  })
  const { 'flags/v2.json': _, ...files } = oneRoute({ v1: v1.url, v2: v2.url })
  const process = `${testProcess}store: { dir: ${dir} }\nunleash: { url: "${unleash.url}", token: "t" }\n`
  const gateway = await startGateway(t, { ...files, 'switchback.yaml': process }, clock)
  assert.equal((await createClient(t)(gateway.url)).body, 'v1')
  assert.equal(v2.count(), 0)
})
