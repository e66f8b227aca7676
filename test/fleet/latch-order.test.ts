import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { sortable } from '../../src/fleet/stores/latch-order.ts'

test('the sortable form of a text sorts as the text does', () => {
  const unit = fc.integer({ min: 0, max: 0xffff }).map(code => String.fromCharCode(code))
  const text = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.string({ unit }),
    fc.constantFrom('', 'a', 'ab', '\u{1f600}', '\uffee', '\ud800'),
  )
  fc.assert(
    fc.property(text, text, (a, b) => {
      assert.equal(sortable(a) < sortable(b), a < b)
      assert.equal(sortable(a) === sortable(b), a === b)
    }),
    { seed: 1, numRuns: 2000 },
  )
})
