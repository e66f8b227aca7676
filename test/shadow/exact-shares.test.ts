import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { Share } from '../../src/shadow/share.ts'

test('of any window of requests just the share is picked, rounded down or up', () => {
  const percent = fc.integer({ min: 0, max: 100_000 }).map(thousandths => thousandths / 100_000)
  fc.assert(
    fc.property(percent, fc.nat(3000), fc.integer({ min: 1, max: 3000 }), (part, from, length) => {
      const share = new Share(part)
      for (let n = 0; n < from; n++) share.picks()
      let picked = 0
      for (let n = 0; n < length; n++) if (share.picks()) picked++
      // What of it is not a whole number in binary is told from what is.
      const expected = Number((part * length).toFixed(6))
      assert.ok(
        picked === Math.floor(expected) || picked === Math.ceil(expected),
        `${picked} of ${length} behind ${from}, for ${part}`,
      )
    }),
  )
})

test('no rounding adds up: a thirtieth part of a percent is exact after a million', () => {
  const share = new Share(0.0003)
  let picked = 0
  for (let n = 0; n < 1_000_000; n++) if (share.picks()) picked++
  assert.equal(picked, 300)
})

test('all is all and nothing is nothing', () => {
  const [all, none] = [new Share(1), new Share(0)]
  for (let n = 0; n < 100; n++) assert.deepEqual([all.picks(), none.picks()], [true, false])
})
