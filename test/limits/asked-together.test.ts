import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Rate } from '../../src/limits/limiter.ts'
import { startRedis } from '../support/redis-server.ts'
import { onRedis, openSteps, untilMode } from './redis-limits.ts'

const patience = { timeout: 30_000 }
const hourly = (burst: number): Rate => ({ limit: 60, periodMs: 3_600_000, burst })

test(
  'what is asked in one turn is one call, and answered request by request',
  patience,
  async t => {
    const opened = openSteps(t, { url: onRedis((await startRedis(t)).port) })
    await untilMode(opened, 'redis')
    const ask = (key: string, burst: number) => ({ key, rate: hourly(burst), cost: 1 })
    const requests = [
      [ask('both', 2), ask('small', 1)],
      // Refused by the one, so the other loses nothing.
      [ask('both', 2), ask('small', 1)],
      [ask('both', 2)],
      [ask('both', 2)],
      [ask('another', 1)],
    ]
    const before = opened.calls()
    const answers = await Promise.all(requests.map(asks => opened.steps.take(asks)))
    assert.equal(opened.calls() - before, 1)
    assert.deepEqual(
      answers.map(({ allowed, index, remaining }) => [allowed, index, remaining]),
      [
        [true, 1, 0],
        [false, 1, 0],
        [true, 0, 0],
        [false, 0, 0],
        [true, 0, 0],
      ],
    )
  },
)

test('what is asked while a call is under way is the next one', patience, async t => {
  const opened = openSteps(t, { url: onRedis((await startRedis(t)).port) })
  await untilMode(opened, 'redis')
  const before = opened.calls()
  const ask = (key: string) => opened.steps.take([{ key, rate: hourly(1), cost: 1 }])
  const all = [ask('first')]
  while (opened.calls() === before) await new Promise(setImmediate)
  all.push(ask('second'), ask('third'), ask('second'))
  const answers = await Promise.all(all)
  assert.equal(opened.calls() - before, 2)
  assert.deepEqual(
    answers.map(({ allowed }) => allowed),
    [true, true, true, false],
  )
})

for (const limits of [1, 2]) {
  test(`a call asks for so many keys at most, where requests have ${limits}`, patience, async t => {
    const opened = openSteps(t, { url: onRedis((await startRedis(t)).port) })
    await untilMode(opened, 'redis')
    const before = opened.calls()
    const requests = 600 / limits
    const asks = Array.from({ length: limits }, (_, i) => {
      return { key: `k${i}`, rate: hourly(requests), cost: 1 }
    })
    const all = Array.from({ length: requests }, () => opened.steps.take(asks))
    const last = (await Promise.all(all)).at(-1)
    assert.deepEqual([last?.allowed, last?.remaining], [true, 0])
    assert.equal(opened.calls() - before, 3)
  })
}

test('a request with more keys than that has a call of its own', patience, async t => {
  const opened = openSteps(t, { url: onRedis((await startRedis(t)).port) })
  await untilMode(opened, 'redis')
  const asks = Array.from({ length: 300 }, (_, i) => {
    return { key: `k${i}`, rate: hourly(1), cost: 1 }
  })
  const before = opened.calls()
  const answers = await Promise.all([asks, asks].map(each => opened.steps.take(each)))
  assert.deepEqual(
    answers.map(({ allowed }) => allowed),
    [true, false],
  )
  // The second is known to be refused only when the first is answered: it was asked in the same turn.
  assert.equal(opened.calls() - before, 2)
})
