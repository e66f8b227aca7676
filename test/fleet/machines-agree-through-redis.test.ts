import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { type Clock, systemClock } from '../../src/clock.ts'
import { createRedisStore } from '../../src/fleet/stores/redis-store.ts'
import type { Store } from '../../src/fleet/stores/store.ts'
import { startRedis } from '../support/redis-server.ts'
import { eventually } from './eventually.ts'
import { lineTo, type Machine, machine, openStore } from './machines.ts'
import { latch } from './store-states.ts'

/** More than any wait here takes. */
const patience = { timeout: 60_000 }

/** Time in which nothing is ever due: what happens in it was pushed. */
const neverDue: Clock = { ...systemClock, every: () => () => {} }

function redisStore(t: TestContext, port: number): Store {
  const url = `redis://127.0.0.1:${port}`
  const store = createRedisStore({ url, prefix: 'p', timeoutMs: 1000, clock: systemClock })
  t.after(() => store.close())
  return store
}

async function machinesOn(t: TestContext, port: number, clock: Clock, count = 3) {
  const machines: Machine[] = []
  for (let i = 0; i < count; i++) {
    const shared = redisStore(t, port)
    const made = machine(t, { local: openStore(t, systemClock), shared, clock })
    await made.keeper.start()
    machines.push(made)
  }
  return machines
}

function allAre(machines: readonly Machine[], state: 'open' | 'tripped', version: number) {
  return machines.every(({ keeper }) => {
    const held = keeper.stateOf('v2_migration')
    return held.state === state && held.version === version
  })
}

test('a trip and a resume are pushed to all machines', patience, async t => {
  const redis = await startRedis(t)
  const machines = await machinesOn(t, redis.port, neverDue)
  machines[0]?.keeper.trip(latch())
  await eventually(() => allAre(machines, 'tripped', 1))
  const answer = await machines[2]?.keeper.change({
    flag: 'v2_migration',
    to: 'open',
    who: 'ada',
    note: null,
    reason: 'operator',
  })
  assert.equal(answer?.done && answer.shared, 'agreed')
  await eventually(() => allAre(machines, 'open', 2))
})

test('with every message lost they agree all the same', patience, async t => {
  const redis = await startRedis(t)
  const [told] = await machinesOn(t, redis.port, systemClock, 1)
  const { line, mute } = lineTo(redisStore(t, redis.port))
  mute()
  const deaf = machine(t, { local: openStore(t, systemClock), shared: line, clock: systemClock })
  await deaf.keeper.start()
  told?.keeper.trip(latch())
  await eventually(() => allAre([deaf], 'tripped', 1))
})

test('with Redis stopped each trips alone, and they agree when it goes on', patience, async t => {
  const redis = await startRedis(t)
  const machines = await machinesOn(t, redis.port, systemClock, 2)
  redis.kill('SIGSTOP')
  machines[0]?.keeper.trip(latch())
  assert.ok(allAre(machines.slice(0, 1), 'tripped', 1))
  await eventually(() => machines.every(({ keeper }) => keeper.aloneSince() !== null))
  assert.ok(allAre(machines.slice(1), 'open', 0))
  redis.kill('SIGCONT')
  await eventually(() => allAre(machines, 'tripped', 1))
  await eventually(() => machines.every(({ keeper }) => keeper.aloneSince() === null))
})

test('a Redis that comes back empty is told what holds', patience, async t => {
  const redis = await startRedis(t)
  const [first] = await machinesOn(t, redis.port, systemClock, 1)
  first?.keeper.trip(latch())
  await eventually(() => first?.keeper.latches()[0]?.times.sharedAt !== null)
  await redis.stop()
  await eventually(() => first?.keeper.aloneSince() !== null)
  await redis.restart()
  const newcomer = redisStore(t, redis.port)
  await eventually(async () => (await newcomer.latches().catch(() => [])).length === 1)
  const [late] = await machinesOn(t, redis.port, systemClock, 1)
  assert.ok(late !== undefined && allAre([late], 'tripped', 1))
})
