import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { pause, systemClock } from '../../src/clock.ts'
import { createRedisStore } from '../../src/fleet/stores/redis-store.ts'
import type { Store, StoreStatus } from '../../src/fleet/stores/store.ts'
import { StoreDown } from '../../src/fleet/stores/store-down.ts'
import type { LatchState } from '../../src/guard/latch-state.ts'
import { redisCommand } from '../support/redis-command.ts'
import { startRedis } from '../support/redis-server.ts'
import { startProxy } from '../support/tcp-proxy.ts'
import { entry, latch } from './store-states.ts'

/** Long enough for a busy machine, short enough to be waited for. */
const timeoutMs = 500

/** For a store that is not to fail. */
const patientMs = 10_000

/** More than any wait here takes, less than the time limit of the test run. */
const patience = { timeout: 30_000 }

function openStore(t: TestContext, port: number, limitMs = timeoutMs) {
  const told: StoreStatus[] = []
  const store = createRedisStore({
    url: `redis://127.0.0.1:${port}`,
    prefix: 'switchback',
    timeoutMs: limitMs,
    clock: systemClock,
    onStatus: status => told.push(status),
  })
  t.after(() => store.close())
  return { store, told }
}

/** Every call there is. */
const calls: Readonly<Record<string, (store: Store) => Promise<unknown>>> = {
  latches: store => store.latches(),
  putLatch: store => store.putLatch(latch()),
  appendAudit: store => store.appendAudit(entry()),
  readAudit: store => store.readAudit(0, 10),
  readAuditBefore: store => store.readAuditBefore(null, 10),
  acquireLease: store => store.acquireLease('a', 'b', 1000),
  releaseLease: store => store.releaseLease('a', 'b'),
  addCounts: store => store.addCounts({ a: 1 }),
  takeCounts: store => store.takeCounts(),
  remember: store => store.remember('a', 'b'),
  recall: store => store.recall('a'),
  putNotice: store => store.putNotice('a', 'b', 'c', 1000),
  notices: store => store.notices('a'),
}

/** Asserts that all calls made at once fail, and why. */
async function assertDown(store: Store, why: RegExp): Promise<void> {
  const ends = await Promise.allSettled(Object.values(calls).map(call => call(store)))
  for (const [i, name] of Object.keys(calls).entries()) {
    const end = ends[i]
    assert.equal(end?.status, 'rejected', name)
    assert.ok(end.reason instanceof StoreDown, `${name} ${end.reason}`)
    assert.match(end.reason.message, why, name)
  }
  assert.equal(store.status().up, false)
  assert.match(store.status().error ?? '', why)
}

/** Tries until the store answers; the test's time is the limit. */
async function untilUp(store: Store): Promise<void> {
  for (;;) {
    try {
      await store.latches()
      return
    } catch (error) {
      assert.ok(error instanceof StoreDown, String(error))
      await pause(systemClock, 20)
    }
  }
}

/** Puts latches through one store until the other hears of one. */
async function untilHeard(from: Store, to: Store): Promise<void> {
  let heard = false
  const stop = to.onLatch(() => {
    heard = true
  })
  const [known] = await from.latches()
  let version = known?.version ?? 0
  while (!heard) {
    await from.putLatch(latch({ version: ++version }))
    await pause(systemClock, 20)
  }
  stop()
}

test(
  'B38: a stopped Redis fails every call in time, and is used again when it goes on',
  patience,
  async t => {
    const redis = await startRedis(t)
    const [{ store, told }, other] = [openStore(t, redis.port), openStore(t, redis.port, patientMs)]
    await untilHeard(other.store, store)
    for (let round = 0; round < 2; round++) {
      redis.kill('SIGSTOP')
      await assertDown(store, /no answer within 500 ms/)
      // By now no connection is there to be silent.
      await assertDown(store, /127\.0\.0\.1/)
      redis.kill('SIGCONT')
      await untilUp(store)
      await untilUp(other.store)
      await untilHeard(other.store, store)
      await untilHeard(store, other.store)
    }
    assert.equal(store.status().error, null)
    assert.deepEqual(
      told.map(({ up }) => up),
      [false, true, false, true],
    )
  },
)

test(
  'B38: a killed Redis fails every call, and is used again when it is back, though empty',
  patience,
  async t => {
    const redis = await startRedis(t)
    const [{ store }, other] = [openStore(t, redis.port), openStore(t, redis.port, patientMs)]
    await store.putLatch(latch({ version: 7 }))
    await store.appendAudit(entry())
    await untilHeard(other.store, store)
    await redis.stop()
    await assertDown(store, /closed|ECONNREFUSED/)
    await redis.restart()
    await untilUp(store)
    assert.deepEqual(await store.latches(), [])
    assert.deepEqual(await store.putLatch(latch({ version: 7 })), latch({ version: 7 }))
    // The scripts are gone as well, and the chain begins anew.
    assert.equal((await store.appendAudit(entry())).seq, 1)
    assert.deepEqual(await store.takeCounts(), [])
    await untilUp(other.store)
    await untilHeard(other.store, store)
    await untilHeard(store, other.store)
  },
)

test('a Redis that is not there at the start is used when it comes', patience, async t => {
  const redis = await startRedis(t)
  await redis.stop()
  const { store } = openStore(t, redis.port)
  await assertDown(store, /ECONNREFUSED/)
  await redis.restart()
  await untilUp(store)
  assert.equal((await store.putLatch(latch())).version, 1)
})

test('connections cut in the middle of a call fail it, and are made anew', patience, async t => {
  const redis = await startRedis(t)
  const [{ store }, other] = [openStore(t, redis.port), openStore(t, redis.port, patientMs)]
  await untilHeard(other.store, store)
  redis.kill('SIGSTOP')
  const ends = Object.values(calls).map(call => call(store))
  const all = Promise.allSettled(ends)
  await redis.stop()
  for (const end of await all) {
    assert.equal(end.status, 'rejected')
    assert.ok(end.reason instanceof StoreDown)
  }
  await redis.restart()
  await untilUp(store)
  assert.equal(await store.recall('a'), null, 'nothing is sent again')
  await untilUp(other.store)
  await untilHeard(other.store, store)
})

test(
  'a connection that went silent is made anew, to be called and to be told',
  patience,
  async t => {
    const redis = await startRedis(t)
    const proxy = await startProxy(t, redis.port)
    const [{ store }, other] = [openStore(t, proxy.port), openStore(t, redis.port, patientMs)]
    await untilHeard(other.store, store)
    proxy.freeze()
    await assert.rejects(store.latches(), StoreDown)
    await untilUp(store)
    await untilHeard(other.store, store)
  },
)

test('a Redis that became a replica is left for the one in its place', patience, async t => {
  const [former, next] = [await startRedis(t), await startRedis(t)]
  const proxy = await startProxy(t, former.port)
  const { store } = openStore(t, proxy.port)
  await store.remember('a', 'b')
  proxy.leadTo(next.port)
  await redisCommand(former.port, ['REPLICAOF', '127.0.0.1', String(next.port)])
  await assert.rejects(store.remember('a', 'c'), /READONLY/)
  await untilUp(store)
  await store.remember('a', 'c')
  assert.match(await redisCommand(next.port, ['HGETALL', '{switchback}:memory']), /\$1\r\nc\r\n/)
})

test('a subscription that Redis dropped is made again', patience, async t => {
  const redis = await startRedis(t)
  const [{ store }, other] = [openStore(t, redis.port), openStore(t, redis.port, patientMs)]
  await untilHeard(other.store, store)
  await redisCommand(redis.port, ['CLIENT', 'KILL', 'TYPE', 'pubsub'])
  await untilHeard(other.store, store)
})

test('more calls than there is room for fail at once', patience, async t => {
  const redis = await startRedis(t)
  const { store } = openStore(t, redis.port)
  await untilUp(store)
  redis.kill('SIGSTOP')
  const all = await Promise.allSettled(Array.from({ length: 300 }, () => store.recall('a')))
  const full = all.filter(
    end => end.status === 'rejected' && /256 calls are under way/.test(end.reason.message),
  )
  assert.equal(full.length, 44)
  assert.ok(all.every(end => end.status === 'rejected' && end.reason instanceof StoreDown))
})

test('what does not look like a latch is not taken for one', patience, async t => {
  const redis = await startRedis(t)
  const [{ store }, other] = [openStore(t, redis.port), openStore(t, redis.port, patientMs)]
  const heard: LatchState[] = []
  await untilHeard(other.store, store)
  store.onLatch(state => heard.push(state))
  const channel = '{switchback}:latches'
  for (const message of [
    '',
    'no',
    '{}',
    '1:1:5:00:{}',
    '1:1:5:00:{',
    '1:0:5::{"flag":5}',
    '9:1::',
  ]) {
    await redisCommand(redis.port, ['PUBLISH', channel, message])
  }
  await other.store.putLatch(latch({ flag: 'next' }))
  while (heard.length === 0) await pause(systemClock, 20)
  assert.deepEqual(heard, [latch({ flag: 'next' })])

  await redisCommand(redis.port, ['HSET', channel, 'v2_migration', 'garbage'])
  assert.deepEqual(await store.latches(), [latch({ flag: 'next' })])
  assert.deepEqual(await store.putLatch(latch()), latch(), 'a real one takes its place')
  assert.equal((await store.latches()).length, 2)
})

test('a password is sent, and told to nobody', patience, async t => {
  const redis = await startRedis(t, ['requirepass s3cr3t:@/%'])
  const url = (password: string) =>
    `redis://default:${encodeURIComponent(password)}@127.0.0.1:${redis.port}/2`
  const open = (password: string) => {
    const options = { prefix: 'p', timeoutMs, clock: systemClock }
    const store = createRedisStore({ url: url(password), ...options })
    t.after(() => store.close())
    return store
  }
  assert.equal((await open('s3cr3t:@/%').putLatch(latch())).version, 1)
  await assert.rejects(open('wr0ng').latches(), ({ message }: Error) => {
    assert.match(message, /127\.0\.0\.1:\d+: WRONGPASS/)
    assert.doesNotMatch(message, /wr0ng/)
    return true
  })
})
