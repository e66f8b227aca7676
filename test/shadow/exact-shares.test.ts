import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { createRandom } from '../../src/cli/demo/random.ts'
import { Share } from '../../src/shadow/share.ts'

test('of all that came just the share is picked, but for the run that is not over yet', () => {
  const percent = fc.integer({ min: 0, max: 100_000 }).map(thousandths => thousandths / 100_000)
  fc.assert(
    fc.property(percent, fc.nat(3000), fc.nat(), (part, length, seed) => {
      const share = new Share(part, createRandom(seed))
      let picked = 0
      for (let n = 0; n < length; n++) if (share.picks()) picked++
      // What of it is not a whole number in binary is told from what is.
      const expected = Number((part * length).toFixed(6))
      assert.ok(
        picked === Math.floor(expected) || picked === Math.ceil(expected),
        `${picked} of ${length} for ${part}`,
      )
    }),
  )
})

test('traffic that has a rhythm is picked from evenly', () => {
  const share = new Share(0.05, createRandom(3))
  const picked = [0, 0, 0, 0]
  for (let n = 0; n < 40_000; n++) if (share.picks()) picked[n % 4] = (picked[n % 4] ?? 0) + 1
  assert.equal(
    picked.reduce((sum, each) => sum + each),
    2000,
  )
  for (const each of picked) assert.ok(each > 400 && each < 600, `received ${picked}`)
})

test('no rounding adds up: a thirtieth part of a percent is exact after a million', () => {
  const share = new Share(0.0003, createRandom(1))
  let picked = 0
  for (let n = 0; n < 1_000_000; n++) if (share.picks()) picked++
  assert.equal(picked, 300)
})

test('all is all and nothing is nothing', () => {
  const [all, none] = [new Share(1, createRandom(1)), new Share(0, createRandom(1))]
  for (let n = 0; n < 100; n++) assert.deepEqual([all.picks(), none.picks()], [true, false])
})
