import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import type { Clock } from '../../src/clock.ts'
import { createLeader } from '../../src/fleet/stores/leader.ts'
import type { Store } from '../../src/fleet/stores/store.ts'
import { createManualClock } from '../support/manual-clock.ts'
import { lineTo, openStore, settled } from './machines.ts'

function leader(t: TestContext, clock: Clock, shared: Store | null, holder: string) {
  const made = createLeader({ shared, clock, holder })
  t.after(() => made.close())
  return made
}

test('a machine that is alone asks nobody, not even its own disk', async t => {
  const clock = createManualClock()
  const periods: number[] = []
  const counted: Clock = {
    ...clock,
    every(periodMs, tick) {
      periods.push(periodMs)
      return clock.every(periodMs, tick)
    },
  }
  assert.equal(leader(t, counted, null, 'a').leads(), null)
  assert.deepEqual(periods, [])
})

test('of two one leads, and the other follows it', async t => {
  const clock = createManualClock()
  const shared = openStore(t, clock)
  const [a, b] = [leader(t, clock, shared, 'a'), leader(t, clock, shared, 'b')]
  clock.advance(2000)
  await settled()
  assert.deepEqual([a.leads(), b.leads()], [true, false])
  await a.close()
  clock.advance(2000)
  await settled()
  assert.equal(b.leads(), true)
})

test('while the shared store is down nobody leads', async t => {
  const clock = createManualClock()
  const { line, cut, mend } = lineTo(openStore(t, clock))
  const a = leader(t, clock, line, 'a')
  for (const [change, leads] of [
    [mend, true],
    [cut, false],
    [mend, true],
    [cut, false],
  ] as const) {
    change()
    clock.advance(2000)
    await settled()
    assert.equal(a.leads(), leads)
  }
})

test('a process that hung longer than its lease lasts knows that it leads no more, before it asks again', async t => {
  const clock = createManualClock()
  const shared = openStore(t, clock)
  let hung = 0
  // Time goes on for it too; nothing that it waits for comes.
  const stopped: Clock = { ...clock, monotonic: () => clock.monotonic() + hung }
  const a = leader(t, stopped, shared, 'a')
  clock.advance(2000)
  await settled()
  hung = 5999
  assert.equal(a.leads(), true)
  hung = 6000
  assert.equal(a.leads(), false)
})
