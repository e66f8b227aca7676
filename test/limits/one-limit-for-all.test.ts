import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { systemClock } from '../../src/clock.ts'
import type { Rate } from '../../src/limits/limiter.ts'
import { eventually } from '../fleet/eventually.ts'
import { redisCommand } from '../support/redis-command.ts'
import { startRedis } from '../support/redis-server.ts'
import { createLeapingClock, onRedis, openSteps, untilMode } from './redis-limits.ts'

const patience = { timeout: 30_000 }
const redis = await startRedis({ after })
const url = onRedis(redis.port)

test('several processes on one Redis allow exactly the limit', patience, async t => {
  const options = { url, prefix: 'exact' }
  const fleet = Array.from({ length: 4 }, (_, i) => openSteps(t, { ...options, id: `${i}` }))
  for (const each of fleet) await untilMode(each, 'redis')
  // A machine that is busy with other things may be late by a second and lose nothing.
  const rate: Rate = { limit: 100, periodMs: 1000, burst: 100 }
  let allowed = 0
  const since = systemClock.monotonic()
  let answered = since
  let asked = since
  let until = since
  while (until - since < 3000) {
    asked = until
    const answers = fleet.map(({ steps }) => steps.take([{ key: 'k', rate, cost: 1 }]))
    for (const each of await Promise.all(answers)) allowed += each.allowed ? 1 : 0
    await new Promise(setImmediate)
    until = systemClock.monotonic()
    if (asked === since) answered = until
  }
  // Redis saw the first of them between `since` and `answered`, the last between `asked` and `until`.
  const [fewest, most] = [100 + (asked - answered) / 10, 100 + (until - since) / 10]
  assert.ok(allowed >= 0.99 * fewest && allowed <= 1.01 * most, `${allowed}: ${fewest} to ${most}`)
})

test(
  'a key that is known to be refused is refused without a call until its reset',
  patience,
  async t => {
    const clock = createLeapingClock()
    const opened = openSteps(t, { url, prefix: 'known', clock })
    await untilMode(opened, 'redis')
    const rate: Rate = { limit: 60, periodMs: 3_600_000, burst: 2 }
    const asks = [{ key: 'k', rate, cost: 1 }]
    await opened.steps.take(asks)
    await opened.steps.take(asks)
    assert.equal(opened.calls(), 2)
    for (let i = 0; i < 100; i++) {
      const answer = opened.steps.take(asks)
      assert.ok(!(answer instanceof Promise), 'at once')
      assert.equal(answer.allowed, false)
      assert.ok(answer.retryAfterMs <= 60_000 && answer.retryAfterMs > 30_000)
    }
    const other = { key: 'other', rate, cost: 1 }
    assert.equal((await opened.steps.take([other, ...asks])).index, 1, 'with others as well')
    assert.equal(opened.calls(), 2)
    clock.leap(61_000)
    // Redis, whose time did not leap, knows better.
    assert.equal((await opened.steps.take(asks)).allowed, false)
    assert.equal(opened.calls(), 3)
  },
)

test('what one process used up is refused to another', patience, async t => {
  const [one, other] = [
    openSteps(t, { url, prefix: 'both', id: 'one' }),
    openSteps(t, { url, prefix: 'both', id: 'other' }),
  ]
  await untilMode(one, 'redis')
  await untilMode(other, 'redis')
  const rate: Rate = { limit: 60, periodMs: 3_600_000, burst: 5 }
  await one.steps.take([{ key: 'k', rate, cost: 5 }])
  assert.equal((await other.steps.take([{ key: 'k', rate, cost: 1 }])).allowed, false)
})

test(
  'each process knows how many there are, those that ended not among them',
  patience,
  async t => {
    const clock = createLeapingClock()
    const open = (id: string) => openSteps(t, { url, prefix: 'count', id, clock })
    const fleet = [open('a'), open('b'), open('c')]
    for (const each of fleet) await eventually(() => each.steps.processes === 3)
    await fleet[2]?.steps.close()
    // As if Redis had last heard of it six seconds ago.
    const last = String(Date.now() - 6000)
    await redisCommand(redis.port, ['ZADD', '{count:limits}:processes', last, 'c'])
    await eventually(() => fleet[0]?.steps.processes === 2)
  },
)

test('a bucket is gone from Redis when it is drained', patience, async t => {
  const opened = openSteps(t, { url, prefix: 'gone' })
  await untilMode(opened, 'redis')
  const rate: Rate = { limit: 10, periodMs: 1000, burst: 10 }
  await opened.steps.take([{ key: 'k', rate, cost: 1 }])
  const left = await redisCommand(redis.port, ['PTTL', '{gone:limits}:bucket:k'])
  assert.ok(Number(left.slice(1)) <= 101, left)
})

test('a clock of Redis that went back keeps no bucket waiting for it', patience, async t => {
  const clock = createLeapingClock()
  const opened = openSteps(t, { url, prefix: 'back', clock })
  await untilMode(opened, 'redis')
  const bucket = '{back:limits}:bucket:k'
  const rate: Rate = { limit: 60, periodMs: 3_600_000, burst: 1 }
  const full = 3_600_000_000
  // Filled by a node whose clock was a day ahead.
  const ahead = (Date.now() + 86_400_000) * 1000
  await redisCommand(redis.port, ['SET', bucket, `${ahead} ${full}`])
  const refused = await opened.steps.take([{ key: 'k', rate, cost: 1 }])
  assert.equal(refused.allowed, false)
  assert.ok(refused.retryAfterMs <= 60_000, 'and no day')
  const stored = await redisCommand(redis.port, ['GET', bucket])
  assert.ok(Number(/\n(\d+) /.exec(stored)?.[1]) < ahead, 'it drains from now on')
})
