import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { createManualClock, type ManualClock } from '../support/manual-clock.ts'
import { scriptedThread, submit } from './scripted-thread.ts'

interface Stage {
  readonly clock: ManualClock
  /** A body of the mapping, and what becomes of it. */
  readonly slow: (expression: string) => Promise<string>
  readonly other: (expression: string) => Promise<string>
}

function stage(t: TestContext): Stage {
  const clock = createManualClock()
  const thread = scriptedThread(t, clock)
  return {
    clock,
    slow: expression => submit(thread, 'slow', expression),
    other: expression => submit(thread, 'other', expression),
  }
}

async function overrun({ slow }: Stage, times: number, tookMs = 500): Promise<void> {
  for (let i = 0; i < times; i++) assert.equal(await slow(`too-slow ${tookMs}`), 'too-slow')
}

test('after three overruns in a row a mapping rests, and the others go on', async t => {
  const staged = stage(t)
  await overrun(staged, 3)
  assert.equal(await staged.slow('mapped 1'), 'resting')
  assert.equal(await staged.other('mapped 1'), 'mapped')
})

test('those of it that wait then need not wait any longer', async t => {
  const { slow } = stage(t)
  const results = await Promise.all(Array.from({ length: 6 }, () => slow('too-slow 10')))
  const rest = ['resting', 'resting', 'resting']
  assert.deepEqual(results, ['too-slow', 'too-slow', 'too-slow', ...rest])
})

test('one in time between them begins the count anew', async t => {
  const staged = stage(t)
  await overrun(staged, 2)
  assert.equal(await staged.slow('mapped 1'), 'mapped')
  await overrun(staged, 2)
  assert.equal(await staged.slow('mapped 1'), 'mapped')
})

test('after five seconds one body is tried, and once it is mapped the rest is over', async t => {
  const staged = stage(t)
  const { clock, slow } = staged
  await overrun(staged, 3)
  clock.advance(4999)
  assert.equal(await slow('mapped 1'), 'resting')
  clock.advance(1)
  assert.deepEqual(await Promise.all([slow('mapped 1'), slow('mapped 1')]), ['mapped', 'resting'])
  assert.deepEqual(await Promise.all([slow('mapped 1'), slow('mapped 1')]), ['mapped', 'mapped'])
})

test('one tried that overruns again begins another rest', async t => {
  const staged = stage(t)
  await overrun(staged, 3)
  staged.clock.advance(5000)
  await overrun(staged, 1)
  staged.clock.advance(4999)
  assert.equal(await staged.slow('mapped 1'), 'resting')
})

test('the slower it was the longer it rests, for a tenth of the thread at most', async t => {
  const staged = stage(t)
  await overrun(staged, 3, 2000)
  staged.clock.advance(17_999)
  assert.equal(await staged.slow('mapped 1'), 'resting')
  staged.clock.advance(1)
  assert.equal(await staged.slow('mapped 1'), 'mapped')
})

test('expressions that had to be ended with their thread count as well', async t => {
  const { clock, slow, other } = stage(t)
  for (let i = 0; i < 3; i++) {
    // The thread is there, so that what comes next is with it at once.
    assert.equal(await other('mapped 1'), 'mapped')
    const stuck = slow('stuck 0')
    await new Promise(setImmediate)
    clock.advance(800)
    assert.equal(await stuck, 'too-slow')
  }
  assert.equal(await slow('mapped 1'), 'resting')
  assert.equal(await other('mapped 1'), 'mapped')
})
