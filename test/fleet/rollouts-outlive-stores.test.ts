import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { createRolloutMemory } from '../../src/fleet/rollout/rollout-memory.ts'
import { createEmbeddedStore } from '../../src/fleet/stores/embedded-store.ts'
import { newRollout, type RolloutState } from '../../src/rollout/rollout-state.ts'
import { pausedBy, type Word } from '../../src/rollout/word.ts'
import { createManualClock } from '../support/manual-clock.ts'
import { lineTo, openStore, stateDir } from './machines.ts'

const now = 1_700_000_000_000

function word(action: Word['action'], at: number, who = 'anna'): Word {
  return { action, who, why: null, at, stage: now }
}

function stateAt(percent: number, version: number): RolloutState {
  return { ...newRollout('v2', percent, now), version }
}

/** Two machines, each with a disk of its own and a line to the same store. */
function machines(t: TestContext) {
  const clock = createManualClock(now)
  const shared = openStore(t, clock)
  const [a, b] = [lineTo(shared), lineTo(shared)]
  return {
    shared,
    a: { ...a, memory: createRolloutMemory(openStore(t, clock), a.line) },
    b: { ...b, memory: createRolloutMemory(openStore(t, clock), b.line) },
  }
}

test('who paused while the shared store was down has paused every machine once it is back', async t => {
  const { a, b } = machines(t)
  a.cut()
  assert.equal(await a.memory.say('v2', word('pause', now)), 'down')
  assert.equal(pausedBy((await b.memory.recall('v2', true)).words), null)
  a.mend()
  // Of its own accord, with the next look of the machine that heard it, which leads nothing.
  await a.memory.recall('v2', false)
  assert.equal(pausedBy((await b.memory.recall('v2', true)).words)?.who, 'anna')
})

test('a shared store that begins empty is told again what people said and where it stands', async t => {
  const clock = createManualClock(now)
  const local = openStore(t, clock)
  const before = createRolloutMemory(local, openStore(t, clock))
  await before.say('v2', word('pause', now))
  await before.remember(stateAt(25, 7))
  const empty = openStore(t, clock)
  await createRolloutMemory(local, empty).recall('v2', true)
  const other = await createRolloutMemory(openStore(t, clock), empty).recall('v2', false)
  assert.deepEqual(other, { state: stateAt(25, 7), words: [word('pause', now)] })
})

test('every machine keeps what the one that leads remembers and what others said', async t => {
  const { a, b } = machines(t)
  await a.memory.remember(stateAt(10, 3))
  await a.memory.say('v2', word('pause', now))
  await b.memory.recall('v2', false)
  b.cut()
  const { state, words } = await b.memory.recall('v2', false)
  assert.equal(state?.version, 3)
  assert.equal(pausedBy(words)?.who, 'anna')
})

test('a machine that does not lead says nothing to the others of where it stands', async t => {
  const { shared, a } = machines(t)
  a.cut()
  await a.memory.remember(stateAt(10, 9))
  a.mend()
  await a.memory.recall('v2', false)
  assert.equal(await shared.recall('rollout/v2'), null)
  await a.memory.recall('v2', true)
  assert.notEqual(await shared.recall('rollout/v2'), null)
})

test('of two words about a pause the later one holds, wherever each is kept', async t => {
  const { a, b } = machines(t)
  await a.memory.say('v2', word('pause', now))
  await b.memory.say('v2', word('continue', now + 1, 'boris'))
  // The disk of the one still has the pause.
  assert.equal(pausedBy((await a.memory.recall('v2', true)).words), null)
  a.cut()
  assert.equal(pausedBy((await a.memory.recall('v2', true)).words), null)
})

test('a pause does not end by itself', async t => {
  const dir = stateDir(t)
  const first = createEmbeddedStore({ dir, clock: createManualClock(now) })
  await createRolloutMemory(first, null).say('v2', word('pause', now))
  await first.close()
  const years = createManualClock(now + 3 * 365 * 86_400_000)
  const { words } = await createRolloutMemory(openStore(t, years, dir), null).recall('v2', true)
  assert.equal(pausedBy(words)?.who, 'anna')
})

test('whether all stores have it is said', async t => {
  const { a } = machines(t)
  assert.equal(await a.memory.remember(stateAt(10, 1)), true)
  a.cut()
  assert.equal(await a.memory.remember(stateAt(10, 2)), false)
})
