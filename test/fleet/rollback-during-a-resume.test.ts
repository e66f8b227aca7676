import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createManualClock } from '../support/manual-clock.ts'
import { machine, openStore, settled } from './machines.ts'
import { latch } from './store-states.ts'

test('whoever switches back while a resume is still asked about has the last word', async t => {
  const clock = createManualClock()
  const shared = openStore(t, clock)
  const asked = Promise.withResolvers<void>()
  const slow: typeof shared = {
    ...shared,
    async putLatch(state) {
      if (state.state === 'open') await asked.promise
      return shared.putLatch(state)
    },
  }
  const { keeper } = machine(t, { local: openStore(t, clock), shared: slow, clock })
  await keeper.start()
  keeper.trip(latch())
  await settled()
  const person = { flag: 'v2_migration', note: null, reason: 'operator' } as const

  const resume = keeper.change({ ...person, to: 'open', who: 'ada' })
  const rollback = await keeper.change({ ...person, to: 'tripped', who: 'bob' })
  assert.equal(rollback.done, true)
  asked.resolve()
  const resumed = await resume
  assert.equal(resumed.done ? null : resumed.refusal, 'overtaken')
  await settled()
  for (const { state, by, version } of [
    keeper.stateOf('v2_migration'),
    ...(await shared.latches()),
  ])
    assert.deepEqual([state, by, version], ['tripped', 'bob', 3])

  const last = await keeper.change({ ...person, to: 'open', who: 'ada' })
  assert.equal(last.done, true)
  assert.equal(keeper.stateOf('v2_migration').version, 4)
})
