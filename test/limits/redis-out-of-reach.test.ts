import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import type { Rate } from '../../src/limits/limiter.ts'
import { eventually } from '../fleet/eventually.ts'
import { createManualClock } from '../support/manual-clock.ts'
import { redisCommand } from '../support/redis-command.ts'
import { startRedis } from '../support/redis-server.ts'
import { type OpenedSteps, onRedis, openSteps, untilMode } from './redis-limits.ts'

const patience = { timeout: 30_000 }

const hourly = (burst: number): Rate => ({ limit: 60, periodMs: 3_600_000, burst })
const ask = (key: string, rate: Rate) => [{ key, rate, cost: 1 }]

/** Asks until it is refused; how many were allowed. */
async function useUp({ steps }: OpenedSteps, key: string, rate: Rate): Promise<number> {
  for (let allowed = 0; ; allowed++) {
    if (!(await steps.take(ask(key, rate))).allowed) return allowed
  }
}

/** Limiters that know of each other. */
async function openFleet(t: TestContext, port: number, count: number, timeoutMs?: number) {
  const fleet = Array.from({ length: count }, (_, i) =>
    openSteps(t, { url: onRedis(port), id: `process-${i}`, ...(timeoutMs && { timeoutMs }) }),
  )
  for (const each of fleet) await eventually(() => each.steps.processes === count)
  return fleet
}

test('B38: a killed Redis fails no request, and each process has its share', patience, async t => {
  const redis = await startRedis(t)
  const fleet = await openFleet(t, redis.port, 3)
  const waiting = fleet.map(({ steps }) => steps.take(ask('waiting', hourly(3))))
  await redis.stop()
  for (const each of await Promise.all(waiting)) assert.equal(each.allowed, true)
  for (const each of fleet) {
    await untilMode(each, 'share')
    assert.equal(await useUp(each, 'new', hourly(30)), 10)
    assert.match(each.modes.at(-1)?.[1] ?? '', /closed|ECONNRESET|ECONNREFUSED/)
  }
})

test('B38: a stopped Redis keeps nobody waiting longer than the time limit', patience, async t => {
  const redis = await startRedis(t)
  const clock = createManualClock()
  const opened = openSteps(t, { url: onRedis(redis.port), clock, timeoutMs: 50, workers: 2 })
  await untilMode(opened, 'redis')
  redis.kill('SIGSTOP')
  let answered = 0
  const waiting = Array.from({ length: 5 }, async () => {
    const { allowed } = await opened.steps.take(ask('waiting', hourly(10)))
    assert.equal(allowed, true)
    answered++
  })
  clock.advance(49)
  await new Promise(setImmediate)
  assert.equal(answered, 0, 'Redis has its time')
  clock.advance(1)
  await Promise.all(waiting)
  assert.deepEqual(opened.modes.at(-1), ['share', 'no answer within 50 ms'])
  const next = opened.steps.take(ask('next', hourly(1)))
  assert.ok(!(next instanceof Promise), 'who comes now waits for nothing')
  assert.equal(await useUp(opened, 'waiting', hourly(10)), 0, 'those who waited had the share')
})

test('Redis is left alone for a second, and then tried by one call', patience, async t => {
  const redis = await startRedis(t)
  const clock = createManualClock()
  const opened = openSteps(t, { url: onRedis(redis.port), clock, timeoutMs: 50 })
  await untilMode(opened, 'redis')
  redis.kill('SIGSTOP')
  clock.advance(900)
  const waiting = opened.steps.take(ask('k', hourly(10)))
  clock.advance(50)
  await waiting
  assert.equal(opened.steps.mode, 'share')
  const [calls, greetings] = [opened.calls(), opened.greetings()]
  clock.advance(999)
  for (let i = 0; i < 5; i++) await opened.steps.take(ask('k', hourly(10)))
  assert.deepEqual([opened.calls(), opened.greetings()], [calls, greetings])
  clock.advance(251)
  assert.deepEqual([opened.calls(), opened.greetings()], [calls, greetings + 1])
})

test('processes that lost a stopped Redis allow the limit together', patience, async t => {
  const redis = await startRedis(t)
  const clock = createManualClock()
  const fleet = Array.from({ length: 3 }, (_, i) =>
    openSteps(t, { url: onRedis(redis.port), id: `process-${i}`, clock, timeoutMs: 50 }),
  )
  for (const each of fleet) await untilMode(each, 'redis')
  clock.advance(1000)
  for (const each of fleet) await eventually(() => each.steps.processes === 3)
  redis.kill('SIGSTOP')
  const rate: Rate = { limit: 100, periodMs: 1000, burst: 10 }
  let allowed = 0
  // Ten seconds, in each of whose milliseconds all three are asked.
  for (let ms = 0; ms < 10_000; ms++) {
    const answers = fleet.map(({ steps }) => steps.take(ask('k', rate)))
    clock.advance(1)
    if (ms < 100) await new Promise(setImmediate)
    for (const answer of answers) {
      if (!(answer instanceof Promise)) allowed += answer.allowed ? 1 : 0
      else void answer.then(late => (allowed += late.allowed ? 1 : 0))
    }
  }
  await new Promise(setImmediate)
  for (const { steps } of fleet) assert.equal(steps.mode, 'share')
  assert.ok(Math.abs(allowed - 1000) <= 25, `${allowed} of 1000`)
})

test('what Redis had counted goes on counting without it', patience, async t => {
  const redis = await startRedis(t)
  const fleet = await openFleet(t, redis.port, 2)
  const [one, other] = fleet as [OpenedSteps, OpenedSteps]
  for (let i = 0; i < 5; i++) await one.steps.take(ask('k', hourly(10)))
  await other.steps.take(ask('k', hourly(10)))
  await redis.stop()
  for (const each of fleet) await untilMode(each, 'share')
  assert.equal(await useUp(one, 'k', hourly(10)), 2, 'half of the 5 that it knew were left')
  assert.equal(await useUp(other, 'k', hourly(10)), 2, 'half of the 4 that it knew were left')
})

test(
  'a Redis that is back is told what was let through, and gives no second burst',
  patience,
  async t => {
    const redis = await startRedis(t)
    const fleet = await openFleet(t, redis.port, 2)
    const [one, other] = fleet as [OpenedSteps, OpenedSteps]
    await redis.stop()
    for (const each of fleet) await untilMode(each, 'share')
    assert.equal(await useUp(one, 'asked', hourly(10)), 5)
    assert.equal(await useUp(one, 'not asked', hourly(10)), 5)
    assert.equal(await useUp(other, 'asked', hourly(10)), 5)
    await redis.restart()
    for (const each of fleet) await untilMode(each, 'redis')
    // Redis came back empty.
    await eventually(async () => {
      const found = await redisCommand(redis.port, [
        'EXISTS',
        '{switchback:limits}:bucket:not asked',
      ])
      return found === ':1\r\n'
    })
    assert.equal((await one.steps.take(ask('asked', hourly(10)))).allowed, false)
    assert.equal((await other.steps.take(ask('asked', hourly(10)))).allowed, false)
    assert.equal(await useUp(other, 'not asked', hourly(10)), 5, 'the half that nobody used')
  },
)

test(
  'after a minute the share is halved, and Redis takes over again when it is back',
  patience,
  async t => {
    const redis = await startRedis(t)
    const clock = createManualClock()
    const opened = openSteps(t, { url: onRedis(redis.port), clock, workers: 2, timeoutMs: 50 })
    await untilMode(opened, 'redis')
    await redis.stop()
    await opened.steps.take(ask('k', hourly(8)))
    assert.equal(opened.steps.mode, 'share')
    clock.advance(59_750)
    assert.equal(opened.steps.mode, 'share')
    clock.advance(250)
    assert.equal(opened.steps.mode, 'floor')
    assert.equal(await useUp(opened, 'new', hourly(8)), 2)
    await redis.restart()
    await eventually(() => {
      clock.advance(10)
      return opened.steps.mode === 'redis'
    })
    assert.deepEqual(
      opened.modes.map(([mode]) => mode),
      ['redis', 'share', 'floor', 'redis'],
    )
  },
)

test('a Redis that is not there at the start is used when it comes', patience, async t => {
  const redis = await startRedis(t)
  await redis.stop()
  const opened = openSteps(t, { url: onRedis(redis.port), workers: 2 })
  assert.equal(opened.steps.mode, 'share')
  assert.equal(await useUp(opened, 'k', hourly(10)), 5)
  await eventually(() => opened.modes.length > 0)
  await eventually(() => opened.greetings() > 2)
  assert.equal(opened.modes.length, 1, 'it is told once')
  assert.match(opened.modes[0]?.join() ?? '', /^share,.*(no connection yet|ECONNREFUSED)/)
  await redis.restart()
  await untilMode(opened, 'redis')
})

test('a Redis that takes its time to be connected to is not told as lost', patience, async t => {
  const redis = await startRedis(t)
  await redis.stop()
  const clock = createManualClock()
  const opened = openSteps(t, { url: onRedis(redis.port), clock })
  clock.advance(900)
  assert.equal(opened.greetings(), 0)
  await redis.restart()
  await untilMode(opened, 'redis')
  assert.deepEqual(opened.modes, [['redis', 'it answers']])
})

test(
  'processes that did not know of each other tell Redis all that they let through',
  patience,
  async t => {
    // However slow the machine, nothing to speak of drains meanwhile.
    const slow: Rate = { limit: 1, periodMs: 3_600_000, burst: 10 }
    const redis = await startRedis(t)
    await redis.stop()
    const url = onRedis(redis.port)
    const fleet = ['a', 'b', 'c'].map(id => openSteps(t, { url, id }))
    for (const { steps } of fleet) {
      for (let i = 0; i < 3; i++) assert.ok((await steps.take(ask('k', slow))).allowed)
    }
    await redis.restart()
    for (const each of fleet) await untilMode(each, 'redis')
    const [first] = fleet as [OpenedSteps]
    await eventually(async () => {
      const { remaining } = await first.steps.take([{ key: 'k', rate: slow, cost: 0 }])
      return remaining === 1
    })
    assert.equal(await useUp(first, 'k', slow), 1)
  },
)

test('without requests a Redis that went silent is noticed as well', patience, async t => {
  const redis = await startRedis(t)
  const opened = openSteps(t, { url: onRedis(redis.port), timeoutMs: 200 })
  await untilMode(opened, 'redis')
  redis.kill('SIGSTOP')
  await untilMode(opened, 'share')
  redis.kill('SIGCONT')
  await untilMode(opened, 'redis')
})
