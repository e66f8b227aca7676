import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createMarks, mostMarks } from '../../src/history/marks.ts'
import { moveInWords } from '../../src/rollout/percent.ts'

const all = (flag: string) => [new Set([flag]), 0, Number.MAX_SAFE_INTEGER] as const

test('a percentage is marked when it changes, and not when it is first heard of or unknown', () => {
  const marks = createMarks(moveInWords)
  for (const [percent, at] of [
    [10, 1],
    [10, 2],
    [null, 3],
    [25, 4],
  ] as const) {
    marks.share('v2', percent, at)
  }
  assert.deepEqual(marks.within(...all('v2')), [
    { at: 4, flag: 'v2', kind: 'percentage', text: '10 % → 25 %' },
  ])
})

test('marks are told by flag and time, oldest first, and each once', () => {
  const marks = createMarks(moveInWords)
  const tripped = { at: 20, flag: 'v2', kind: 'tripped', text: 'all back' } as const
  const resumed = { at: 10, flag: 'v2', kind: 'resumed', text: 'allowed' } as const
  for (const mark of [tripped, resumed, tripped, { ...tripped, flag: 'other' }]) marks.add(mark)
  assert.deepEqual(marks.within(...all('v2')), [resumed, tripped])
  assert.deepEqual(marks.within(new Set(['v2']), 15, 20), [tripped])
})

test('no more marks are kept than there is room for, the newest of them', () => {
  const marks = createMarks(moveInWords)
  for (let at = 0; at < mostMarks + 5; at++) {
    marks.add({ at, flag: 'v2', kind: 'tripped', text: '' })
  }
  const kept = marks.within(...all('v2'))
  assert.equal(kept.length, mostMarks)
  assert.equal(kept[0]?.at, 5)
})
