import assert from 'node:assert/strict'
import { test } from 'node:test'
import { addTo, createSketch } from '../../src/residual/distinct.ts'
import { dayAsText, rowsOfDay } from '../../src/residual/kept-day.ts'
import type { ResidualRow } from '../../src/residual/row.ts'

function rowOf(callers: number): ResidualRow {
  const sketch = createSketch()
  for (let i = 0; i < callers; i++) addTo(sketch, `user-${i}`)
  return {
    ...{ route: 'a', segment: 'x', client: 'app/1', reason: 'out-of-share', requests: callers },
    ...{ firstAt: 1, lastAt: 2, callers: sketch },
  }
}

for (const callers of [0, 1, 90, 128, 150, 100_000]) {
  test(`a row of ${callers} callers is read as it was written`, () => {
    assert.deepEqual(rowsOfDay(dayAsText([rowOf(callers)])), [rowOf(callers)])
  })
}

test('a row of few callers is short', () => {
  assert.ok(dayAsText([rowOf(5)]).length < 170)
})

test('a day whose sketches were all written out in full is read', () => {
  const row = rowOf(5)
  const text = JSON.stringify([{ ...row, callers: Buffer.from(row.callers).toString('base64') }])
  assert.deepEqual(rowsOfDay(text), [row])
})
