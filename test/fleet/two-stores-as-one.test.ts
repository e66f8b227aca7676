import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { type TestContext, test } from 'node:test'
import { pause, systemClock } from '../../src/clock.ts'
import { createEmbeddedStore } from '../../src/fleet/stores/embedded-store.ts'
import { createFleet } from '../../src/fleet/stores/fleet.ts'
import { createRedisStore } from '../../src/fleet/stores/redis-store.ts'
import { startRedis } from '../support/redis-server.ts'
import { entry } from './store-states.ts'

/** Long enough for a busy machine, short enough to be waited for. */
const timeoutMs = 2000

const patience = { timeout: 30_000 }

async function directory(t: TestContext): Promise<string> {
  const dir = await mkdtemp(join(tmpdir(), 'switchback-fleet-'))
  t.after(() => rm(dir, { recursive: true }))
  return dir
}

/** A machine with its directory and, for a fleet, the port of its Redis. */
function startMachine(dir: string, port: number | null) {
  const clock = systemClock
  const local = createEmbeddedStore({ dir, clock })
  const url = `redis://127.0.0.1:${port}`
  const shared =
    port === null ? null : createRedisStore({ url, prefix: 'switchback', timeoutMs, clock })
  const fleet = createFleet({ local, shared, clock })
  return {
    ...fleet,
    local,
    shared,
    async close() {
      await fleet.close()
      await local.close()
      await shared?.close()
    },
  }
}

async function until(met: () => Promise<boolean>): Promise<void> {
  while (!(await met())) await pause(systemClock, 20)
}

type Machine = ReturnType<typeof startMachine>

async function whysOf({ readAudit }: Machine): Promise<{ from: string; whys: string[] }> {
  const { from, found } = await readAudit(0, 1000)
  return { from, whys: found.map(({ why }) => why) }
}

test(
  'what was audited while the shared store was away is sent when it is back',
  patience,
  async t => {
    const redis = await startRedis(t)
    const [dirA, dirB] = [await directory(t), await directory(t)]
    let a = startMachine(dirA, redis.port)
    const b = startMachine(dirB, redis.port)
    t.after(() => a.close())
    t.after(() => b.close())
    for (const why of ['a1', 'a2', 'a3']) await a.appendAudit(entry({ why }))
    await until(async () => (await whysOf(b)).whys.includes('a3'))
    await b.appendAudit(entry({ why: 'b1' }))
    await until(async () => (await whysOf(a)).whys.includes('b1'))

    redis.kill('SIGSTOP')
    for (let i = 4; i < 150; i++) await a.appendAudit(entry({ why: `a${i}` }))
    await until(async () => !(a.sharedStatus()?.up ?? true))
    const alone = await whysOf(a)
    assert.equal(alone.from, 'embedded')
    assert.equal(alone.whys.length, 149, 'its own, not those of the other machine')
    assert.equal((await a.verifyAudit()).found.ok, true)

    // This process ends meanwhile, and the next one knows how far it got.
    await a.close()
    redis.kill('SIGCONT')
    a = startMachine(dirA, redis.port)
    await until(async () => (await whysOf(b)).whys.includes('a149'))
    const together = await whysOf(b)
    assert.equal(together.from, 'redis')
    const ofA = together.whys.filter(why => why.startsWith('a'))
    // A record whose acknowledgement was lost with the process stands twice, next to itself.
    const once = ofA.filter((why, i) => why !== ofA[i - 1])
    assert.deepEqual(
      once,
      Array.from({ length: 149 }, (_, i) => `a${i + 1}`),
    )
    assert.ok(ofA.length - once.length <= 1)
    const verified = await a.verifyAudit()
    assert.equal(verified.from, 'redis')
    assert.equal(verified.found.ok, true)
  },
)

test('the same process sends what it could not, without being asked again', patience, async t => {
  const redis = await startRedis(t)
  const a = startMachine(await directory(t), redis.port)
  t.after(() => a.close())
  redis.kill('SIGSTOP')
  await a.appendAudit(entry({ why: 'a1' }))
  await until(async () => !(a.sharedStatus()?.up ?? true))
  redis.kill('SIGCONT')
  await until(async () => {
    const { from, whys } = await whysOf(a)
    return from === 'redis' && whys.includes('a1')
  })
})

test('a machine that is alone keeps all to itself', async t => {
  const alone = startMachine(await directory(t), null)
  t.after(() => alone.close())
  await alone.appendAudit(entry({ why: 'mine' }))
  assert.deepEqual(await whysOf(alone), { from: 'embedded', whys: ['mine'] })
  assert.deepEqual(await alone.acquireLease('announce', 'a', 1000), {
    from: 'embedded',
    found: true,
  })
  assert.equal(await alone.exchangeCounts({ a: 1 }), null)
  assert.equal(alone.sharedStatus(), null)
  assert.equal(alone.localStatus().up, true)
})

test('a local disk that fails does not silence the machine among the others', patience, async t => {
  const redis = await startRedis(t)
  const [a, b] = [
    startMachine(await directory(t), redis.port),
    startMachine(await directory(t), redis.port),
  ]
  t.after(() => a.close())
  t.after(() => b.close())
  await a.local.close()
  await assert.rejects(a.appendAudit(entry({ why: 'disk full' })), /Cannot use the store/)
  await until(async () => (await whysOf(b)).whys.includes('disk full'))
})

test(
  'a lease is one for all, and one for each while the shared store is away',
  patience,
  async t => {
    const redis = await startRedis(t)
    const [a, b] = [
      startMachine(await directory(t), redis.port),
      startMachine(await directory(t), redis.port),
    ]
    t.after(() => a.close())
    t.after(() => b.close())
    assert.deepEqual(await a.acquireLease('lead', 'a', 60_000), { from: 'redis', found: true })
    assert.deepEqual(await b.acquireLease('lead', 'b', 60_000), { from: 'redis', found: false })
    await a.releaseLease('lead', 'a')
    assert.deepEqual(await b.acquireLease('lead', 'b', 60_000), { from: 'redis', found: true })
    redis.kill('SIGSTOP')
    assert.deepEqual(await a.acquireLease('lead', 'a', 60_000), { from: 'embedded', found: true })
    assert.deepEqual(await b.acquireLease('lead', 'b', 60_000), { from: 'embedded', found: true })
    redis.kill('SIGCONT')
    await until(async () => (await a.acquireLease('lead', 'a', 60_000)).from === 'redis')
    assert.equal((await a.acquireLease('lead', 'a', 60_000)).found, false, 'b has it still')
  },
)

test(
  'counts are exchanged over all machines, and not at all while the store is away',
  patience,
  async t => {
    const redis = await startRedis(t)
    const [a, b] = [
      startMachine(await directory(t), redis.port),
      startMachine(await directory(t), redis.port),
    ]
    t.after(() => a.close())
    t.after(() => b.close())
    assert.deepEqual(await a.exchangeCounts({}), [])
    await b.exchangeCounts({ bad: 2 })
    let bad = 0
    await a.exchangeCounts({ bad: 3 })
    await until(async () => {
      for (const counts of (await a.exchangeCounts({})) ?? []) bad += counts.bad ?? 0
      return bad >= 5
    })
    assert.equal(bad, 5)
    redis.kill('SIGSTOP')
    assert.equal(await a.exchangeCounts({ bad: 1 }), null)
  },
)

test('a record changed on disk is found', async t => {
  const dir = await directory(t)
  const machine = startMachine(dir, null)
  t.after(() => machine.close())
  for (let i = 1; i <= 2100; i++) await machine.appendAudit(entry({ why: `event ${i}` }))
  const { found } = await machine.verifyAudit()
  assert.ok(found.ok)
  assert.equal(found.from, 1)
  assert.equal(found.head.seq, 2100)
  const db = new DatabaseSync(join(dir, 'state.db'))
  db.exec(`UPDATE audit SET record = replace(record, 'event 1500', 'event 1501') WHERE seq = 1500`)
  db.close()
  assert.deepEqual((await machine.verifyAudit()).found, {
    ok: false,
    seq: 1500,
    reason: 'changed',
  })
})
