import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import fc from 'fast-check'
import type { Allowance, Rate } from '../../src/limits/limiter.ts'
import { createMemoryLimiter } from '../../src/limits/memory-limiter.ts'
import { createManualClock } from '../support/manual-clock.ts'
import { startRedis } from '../support/redis-server.ts'
import { ageBuckets, createLeapingClock, onRedis, openSteps, untilMode } from './redis-limits.ts'

const minuteMs = 60_000
const redis = await startRedis({ after })

/** One unit a minute: in whole minutes both decide alike, though the time of one goes on by itself. */
const rateOf = (burst: number): Rate => ({ limit: 60, periodMs: 60 * minuteMs, burst })

const step = fc.record({
  minutes: fc.nat({ max: 4 }),
  // Two other keys, each with a burst of its own.
  costs: fc.tuple(fc.nat({ max: 3 }), fc.nat({ max: 3 })),
})

/** Of two refusals that end at the same time either may be the one that is told. */
function shown({ allowed, index, remaining, retryAfterMs, resetMs }: Allowance): object {
  const minutes = (ms: number) => Math.round(ms / minuteMs)
  return allowed ? { index, remaining, reset: minutes(resetMs) } : { retry: minutes(retryAfterMs) }
}

test('memory and Redis answer alike, whatever is asked', { timeout: 30_000 }, async t => {
  const leaping = createLeapingClock()
  const opened = openSteps(t, { url: onRedis(redis.port), clock: leaping })
  await untilMode(opened, 'redis')
  let run = 0
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 12 }), async steps => {
      const clock = createManualClock()
      const memory = createMemoryLimiter({ clock })
      run++
      for (const { minutes, costs } of steps) {
        if (minutes > 0) {
          clock.advance(minutes * minuteMs)
          leaping.leap(minutes * minuteMs)
          await ageBuckets(redis.port, minutes * minuteMs)
        }
        const asks = costs.map((cost, i) => ({
          key: `${run}-${i}`,
          rate: rateOf(3 + 2 * i),
          cost,
        }))
        const [one, other] = [await memory.take(asks), await opened.steps.take(asks)]
        assert.deepEqual(shown(other), shown(one))
      }
    }),
    { numRuns: 60 },
  )
  assert.equal(opened.steps.mode, 'redis')
})
