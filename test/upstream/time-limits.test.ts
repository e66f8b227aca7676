import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createTimeLimits } from '../../src/upstream/time-limits.ts'

/** Time by hand, with the periods of all timers that are running. */
function createTimer() {
  let time = 1000
  const running = new Map<() => void, number>()
  return {
    periods: () => [...running.values()],
    now: () => time,
    monotonic: () => time,
    idle: () => time,
    every(periodMs: number, tick: () => void) {
      running.set(tick, periodMs)
      return () => void running.delete(tick)
    },
    advance(milliseconds: number) {
      time += milliseconds
      for (const tick of [...running.keys()]) tick()
    },
  }
}

function createTarget(name: string, ended: string[]) {
  return { onTimeUp: () => void ended.push(name) }
}

test('limits of one duration run out in their order, from one timer', () => {
  const clock = createTimer()
  const limits = createTimeLimits(clock)
  const ended: string[] = []
  for (const name of ['a', 'b', 'c']) {
    limits.start(createTarget(name, ended), 100, clock.now())
    clock.advance(10)
  }
  assert.deepEqual(clock.periods(), [5])
  clock.advance(69)
  assert.deepEqual(ended, [])
  clock.advance(1)
  assert.deepEqual(ended, ['a'])
  clock.advance(20)
  assert.deepEqual(ended, ['a', 'b', 'c'])
})

test('the timer is as coarse as its limits allow, and rests when there are none', () => {
  const clock = createTimer()
  const limits = createTimeLimits(clock)
  const ended: string[] = []
  for (const limitMs of [10, 300, 60_000]) {
    limits.start(createTarget(`${limitMs}`, ended), limitMs, clock.now())
  }
  assert.deepEqual(clock.periods(), [5, 15, 250])
  clock.advance(60_000)
  assert.deepEqual(ended, ['10', '300', '60000'])
  assert.deepEqual(clock.periods(), [])
})

test('what is stopped does not run out, wherever it stands and however often it is stopped', () => {
  for (const stopped of [[0], [1], [2], [0, 1, 2], [1, 1, 0, 0], [2, 2, 1]]) {
    const clock = createTimer()
    const limits = createTimeLimits(clock)
    const ended: string[] = []
    const all = ['a', 'b', 'c'].map(name =>
      limits.start(createTarget(name, ended), 100, clock.now()),
    )
    for (const at of stopped) limits.stop(all[at] as (typeof all)[number])
    clock.advance(100)
    const left = ['a', 'b', 'c'].filter((_, at) => !stopped.includes(at))
    assert.deepEqual(ended, left, `${stopped}`)
    for (const limit of all) limits.stop(limit)
    assert.deepEqual(clock.periods(), [])
  }
})

test('one that runs out may start another', () => {
  const clock = createTimer()
  const limits = createTimeLimits(clock)
  const ended: string[] = []
  const again = {
    onTimeUp() {
      ended.push('first')
      limits.start(createTarget('second', ended), 100, clock.now())
    },
  }
  limits.start(again, 100, clock.now())
  clock.advance(100)
  clock.advance(99)
  assert.deepEqual(ended, ['first'])
  clock.advance(1)
  assert.deepEqual(ended, ['first', 'second'])
})

test('closing stops all', () => {
  const clock = createTimer()
  const limits = createTimeLimits(clock)
  limits.start(createTarget('a', []), 100, clock.now())
  limits.close()
  assert.deepEqual(clock.periods(), [])
})
