import assert from 'node:assert/strict'
import { test } from 'node:test'
import { noisy, type SimulatedPlace } from '../../bench/noise/simulated-pairs.ts'
import {
  mayExceed,
  pairsToTell,
  plausibleExcess,
} from '../../src/shadow/findings/plausible-excess.ts'
import { compared, report, summing, value } from './summed.ts'

const allowed = 0.005

function undecidedAfter(pairs: number, place: SimulatedPlace) {
  const { feed, judged } = summing(7)
  feed([place], pairs)
  return judged().factsFor(allowed).undecided
}

test('one stray answer of V1 does not explain a tenth of the answers of V2', () => {
  const { take, judged } = summing(1)
  const stock = value('/stock')
  take(report({ shadow: compared(960, [115, stock]), noise: compared(48, [1, stock]) }))
  const { differences, factsFor } = judged()
  assert.equal(differences.findings[0]?.verdict, 'noise')
  const { undecided } = factsFor(allowed)
  assert.ok((undecided?.share ?? 0) > 0.12 - 0.02, String(undecided?.share))
  assert.match(
    undecided?.text ?? '',
    /1 of 48: noise, but up to 1\d % of the pairs may differ through V2: about [\d,]+ more pairs tell, fewer with more `noise`; or name it under `ignore` or `unordered`, or acknowledge it$/,
  )
})

test('a place of much noise is done with as soon as V2 cannot add a quarter to it', () => {
  assert.equal(undecidedAfter(1000, noisy('/id', 1)), null)
  assert.equal(undecidedAfter(2000, noisy('/generatedAt', 0.9)), null)
  assert.equal(undecidedAfter(4000, noisy('/tags', 5 / 6, 'order')), null)
  assert.notEqual(undecidedAfter(200, noisy('/id', 1)), null)
})

test('a place of rare noise is done with when V2 cannot exceed the budget in it', () => {
  assert.notEqual(undecidedAfter(20_000, noisy('/stock', 0.02)), null)
  assert.equal(undecidedAfter(400_000, noisy('/stock', 0.02)), null)
})

test('what is plausible is within what a rate can be, and shrinks with what was seen', () => {
  const few = plausibleExcess({ times: 100, of: 100 }, { times: 5, of: 5 })
  const many = plausibleExcess({ times: 10_000, of: 10_000 }, { times: 500, of: 500 })
  assert.ok(few > 0.5 && few <= 1, String(few))
  assert.ok(many > 0 && many < 0.02, String(many))
  assert.equal(plausibleExcess({ times: 0, of: 0 }, { times: 0, of: 0 }), 1)
  assert.equal(plausibleExcess({ times: 0, of: 1e6 }, { times: 5e5, of: 1e6 }), 0)
})

test('how many more pairs tell is how many do', () => {
  const [shadow, noise] = [
    { times: 20, of: 1000 },
    { times: 1, of: 50 },
  ]
  const more = pairsToTell(shadow, noise, allowed) as number
  const after = (pairs: number) => {
    const factor = 1 + pairs / 1000
    return mayExceed(
      { times: 20 * factor, of: 1000 * factor },
      { times: factor, of: 50 * factor },
      allowed,
    )
  }
  assert.equal(after(more), false)
  assert.equal(after(more * 0.95), true)
})

test('a fault that is real and too few pairs of late to see it is not taken for mended', () => {
  const { feed, take, judged } = summing(3)
  feed([{ ...noisy('/stock', 0.02), shadow: 0.2 }], 20_000)
  assert.equal(judged().differences.findings[0]?.verdict, 'real')
  const stock = value('/stock')
  const quietHour = 3_600_000
  take(report({ shadow: compared(120, [4, stock]), noise: compared(6) }), quietHour)
  const { mismatchShare, undecided } = judged().factsFor(allowed)
  assert.equal(mismatchShare, 0)
  assert.ok((undecided?.share ?? 0) > allowed)
})
