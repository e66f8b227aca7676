import assert from 'node:assert/strict'
import { test } from 'node:test'
import { careful, startWithBadV2 } from './bad-v2.ts'

const tester = { 'x-user-id': 'tester' }
const anybody = { 'x-user-id': 'anybody' }

test('a fault made on purpose happens to exactly its share of the testers, and to nobody else', async t => {
  const { start, asked } = await startWithBadV2(t, {
    policy: 'testers: [tester]\ntestFaults: { share: 30%, status: 503 }',
  })
  const gateway = await start()
  const bodies: string[] = []
  for (let i = 0; i < 20; i++) bodies.push(await gateway.get(tester))
  assert.equal(bodies.filter(body => body === '').length, 6)
  assert.equal(asked(), 14)
  for (let i = 0; i < 20; i++) assert.equal(await gateway.get(anybody), 'v2')
})

test('with a fallback a tester sees V1 in the place of the fault', async t => {
  const { start, asked } = await startWithBadV2(t, {
    policy: 'fallback: {}\ntesters: [tester]\ntestFaults: { status: 500 }',
  })
  const gateway = await start()
  assert.equal(await gateway.get(tester), 'v1')
  assert.equal(await gateway.get(anybody), 'v2')
  assert.equal(asked(), 1)
})

test('faults made on purpose are not held against V2', async t => {
  const { start } = await startWithBadV2(t, {
    policy: `${careful}breaker: { minRequests: 5 }\ntesters: [tester]\ntestFaults: { status: 500 }`,
  })
  const gateway = await start()
  for (let i = 0; i < 30; i++) assert.equal(await gateway.get(tester), 'v1')
  assert.equal(await gateway.get(anybody), 'v2')
  assert.equal(await gateway.tripped(), 0)
})

test('a drill takes V2 from the testers alone, and gives it back', async t => {
  const { start } = await startWithBadV2(t, { policy: `${careful}testers: [tester]` })
  const gateway = await start()
  assert.equal(await gateway.get(tester), 'v2')
  assert.equal((await gateway.operate('drill')).status, 200)
  assert.equal(await gateway.get(tester), 'v1')
  assert.equal(await gateway.get(anybody), 'v2')
  assert.equal(await gateway.tripped(), 0)
  assert.equal((await gateway.operate('drill/end')).status, 200)
  assert.equal(await gateway.get(tester), 'v2')
})

test('a drill knows when a tester last had V2', async t => {
  const { start } = await startWithBadV2(t, { policy: 'testers: [tester]' })
  const gateway = await start()
  const lastV2At = async () => {
    const { workers } = (await (await fetch(`${gateway.adminUrl}/status`)).json()) as {
      workers: { latches: { state: { flag: string }; lastV2At: number | null }[] }[]
    }
    return workers[0]?.latches.find(({ state }) => state.flag === 'v2#drill')?.lastV2At
  }
  await gateway.get(anybody)
  assert.equal(await lastV2At(), null)
  await gateway.get(tester)
  assert.equal(typeof (await lastV2At()), 'number')
})
