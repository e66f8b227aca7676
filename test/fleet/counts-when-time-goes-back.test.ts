import assert from 'node:assert/strict'
import { test } from 'node:test'
import { pause, systemClock } from '../../src/clock.ts'
import { bucketMs, dueBuckets, keptMs } from '../../src/fleet/stores/count-buckets.ts'
import { createMemoryCounts } from '../../src/fleet/stores/memory-counts.ts'
import { openRedis } from '../../src/fleet/stores/redis-client.ts'
import { createRedisCounts } from '../../src/fleet/stores/redis-counts.ts'
import { redisTarget } from '../../src/fleet/stores/redis-url.ts'
import { createManualClock } from '../support/manual-clock.ts'
import { startRedis } from '../support/redis-server.ts'
import { eventually } from './eventually.ts'

const patience = { timeout: 60_000 }

/** Milliseconds, and the buckets that they are. */
const little = { ms: 2500, buckets: 2500 / bucketMs }
const far = { ms: 3_600_000, buckets: 3_600_000 / bucketMs }

test('a little is waited for, more than is kept begins anew', () => {
  const now = 1_000_000_000
  const { last } = dueBuckets(now, null)
  assert.deepEqual(dueBuckets(now - little.ms, last), { first: last + 1, last })
  assert.deepEqual(dueBuckets(now - keptMs, last).last, last)
  const begun = last - far.buckets
  assert.deepEqual(dueBuckets(now - far.ms, last), { first: begun + 1, last: begun })
})

for (const { ms } of [little, far]) {
  test(`in memory: after ${ms} ms back every count comes once`, () => {
    const clock = createManualClock()
    const is = { behindMs: 0 }
    const counts = createMemoryCounts({ ...clock, now: () => clock.now() - is.behindMs })
    counts.take()
    counts.add({ before: 1 })
    clock.advance(1000)
    assert.deepEqual(counts.take(), [{ before: 1 }])
    is.behindMs = ms
    assert.deepEqual(counts.take(), [])
    clock.advance(ms === little.ms ? little.ms : 1000)
    counts.add({ after: 1 })
    clock.advance(1000)
    assert.deepEqual(counts.take(), [{ after: 1 }])
  })
}

for (const { ms, buckets } of [little, far]) {
  test(`in Redis: after ${ms} ms back every count comes once`, patience, async t => {
    const { port } = await startRedis(t)
    const client = openRedis(redisTarget(`redis://127.0.0.1:${port}`), 5000)
    t.after(() => client.disconnect())
    client.on('error', () => {})
    await eventually(() => client.status === 'ready')
    /** The first answer is of a Redis whose time was ahead. */
    let aheadBy = buckets
    const ahead: typeof client = new Proxy(client, {
      get(target, name) {
        if (name !== 'eval' && name !== 'evalsha') return Reflect.get(target, name, target)
        return async (...args: Parameters<typeof client.eval>) => {
          const answer = (await target[name](...args)) as [number, string[][]] | null
          if (answer !== null) answer[0] += aheadBy
          return answer
        }
      },
    })
    const counts = createRedisCounts({ run: work => work(ahead, () => false), close() {} }, 'c')
    await counts.take()
    aheadBy = 0
    const seen: unknown[] = []
    await counts.add({ early: 1 })
    await eventually(async () => {
      seen.push(...(await counts.take()))
      await counts.add({ late: 1 })
      await pause(systemClock, 100)
      return seen.length > 2
    })
    const early = seen.some(each => Object.keys(each as object).includes('early'))
    // What lies before the time that was seen already is not taken a second time.
    assert.equal(early, ms === far.ms)
  })
}
