import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { systemClock } from '../../src/clock.ts'
import { createRedisStore } from '../../src/fleet/stores/redis-store.ts'
import { compared, report, value } from '../shadow/summed.ts'
import { createManualClock, type ManualClock } from '../support/manual-clock.ts'
import { startRedis } from '../support/redis-server.ts'
import { basis, differencesOf, exchangeMs, wrongPrices } from './difference-desks.ts'
import { eventually } from './eventually.ts'
import { openStore } from './machines.ts'

const price = { part: 'body', at: '/price', kind: 'value' } as const

/** Two machines on one Redis, each with a disk of its own, and the time of both. */
async function startTwo(t: TestContext) {
  const redis = await startRedis(t)
  const clock = createManualClock()
  const machine = async (holder: string) => {
    const shared = createRedisStore({
      url: `redis://127.0.0.1:${redis.port}`,
      prefix: 'switchback',
      timeoutMs: 500,
      clock: systemClock,
    })
    t.after(() => shared.close())
    return differencesOf(t, { local: openStore(t, clock), shared, clock, holder })
  }
  return { redis, clock, a: await machine('a/1'), b: await machine('b/1'), machine }
}

/** Lets exchanges happen until something is seen. */
async function until(clock: ManualClock, met: () => boolean): Promise<void> {
  await eventually(() => {
    clock.advance(exchangeMs)
    return met()
  })
}

test('each machine tells what all have seen, and counts its own pairs', async t => {
  const { clock, a, b, machine } = await startTwo(t)
  // Neither knows enough by itself.
  const half = report({
    basis,
    shadow: compared(60, [60, value('/price')]),
    noise: compared(3),
  })
  a.compared([half])
  b.compared([half])
  assert.equal(a.differences()[0]?.findings[0]?.verdict, 'undecided')
  const both = ({ differences }: typeof a) => {
    const [told] = differences()
    return told?.compared === 120 && told.findings[0]?.verdict === 'real'
  }
  await until(clock, () => both(a) && both(b))
  assert.deepEqual(a.take(), [{ route: 'match', pairs: 60, mismatched: 0 }])
  a.compared([half])
  assert.deepEqual(a.take(), [{ route: 'match', pairs: 60, mismatched: 60 }])
  const later = await machine('c/1')
  assert.ok((later.differences()[0]?.compared ?? 0) >= 120)
})

test('what a person decides on one machine holds on all', async t => {
  const { clock, a, b } = await startTwo(t)
  a.compared([wrongPrices()])
  b.compared([wrongPrices()])
  const decided = { route: 'match', ...price, who: 'ada', why: 'meant' }
  const answer = await a.acknowledge({ ...decided, to: 'acknowledged' })
  assert.equal(answer.done && answer.shared, 'agreed')
  const isKnown = () => b.differences()[0]?.findings[0]?.acknowledged?.why === 'meant'
  await until(clock, isKnown)
  await b.acknowledge({ ...decided, to: 'counted' })
  await until(clock, () => a.differences()[0]?.findings[0]?.acknowledged === null)
  await b.forget({ route: 'match', who: 'ada', why: 'anew' })
  await until(clock, () => a.differences()[0]?.compared === 0)
  a.compared([wrongPrices()])
  await until(clock, () => b.differences()[0]?.compared === 100)
  // Each was news once, wherever it was said.
  for (const { decided } of [a, b]) assert.deepEqual(decided, ['match', 'match', 'match'])
})

test('without Redis each goes on with what it knows, and they agree when it is back, empty', async t => {
  const { redis, clock, a, b, machine } = await startTwo(t)
  b.compared([wrongPrices()])
  await until(clock, () => a.differences()[0]?.compared === 100)
  await redis.stop()
  a.compared([wrongPrices()])
  clock.advance(exchangeMs)
  assert.equal(a.differences()[0]?.compared, 200)
  assert.deepEqual(a.take(), [{ route: 'match', pairs: 100, mismatched: 100 }])
  const answer = await a.acknowledge({
    ...{ route: 'match', ...price, to: 'acknowledged', who: 'ada', why: 'meant' },
  } as const)
  assert.ok(answer.done)
  assert.equal(answer.shared, 'down')
  assert.match(answer.text, /The shared store is down: so far on this machine only$/)
  await redis.restart()
  await until(clock, () => {
    const told = [a, b].map(each => each.differences()[0])
    return told.every(
      each => each?.compared === 200 && each.findings[0]?.acknowledged?.who === 'ada',
    )
  })
  const later = await machine('c/1')
  await until(clock, () => later.differences()[0]?.compared === 200)
})
