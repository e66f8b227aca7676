import assert from 'node:assert/strict'
import { test } from 'node:test'
import { noisy, usualNoise, wrong } from '../../bench/noise/simulated-pairs.ts'
import { createWholePairs, weigh } from '../../src/shadow/findings/mismatched.ts'
import { attributable } from '../../src/shadow/findings/significance.ts'
import { addTogether, none, type Together } from '../../src/shadow/findings/stretch.ts'
import { summing } from './summed.ts'

test('without the error no pair is a mismatch, whatever noise there is', () => {
  const { feed, told } = summing(3)
  feed([...usualNoise, wrong('/price', 1)], 400)
  assert.equal(told().mismatchRate, 1)
  // Until what is of late is without it.
  feed(usualNoise, 14_000)
  assert.equal(told().mismatchRate, 0)
  assert.ok((told().mismatchRateInAll ?? 0) > 0.02)
})

test('a pair in a noisy place weighs what noise does not explain', () => {
  const { feed, told } = summing(5)
  // V2 is wrong in half of the answers, and V1 differs from itself in half of them.
  feed([{ ...noisy('/tags', 0.5), shadow: 0.75 }], 8000)
  assert.ok(Math.abs((told().mismatchRate ?? 0) - 0.5) < 0.1, String(told().mismatchRate))
  assert.equal(attributable({ times: 75, of: 100 }, { times: 50, of: 100 }), 2 / 3)
})

test('what chance explains weighs nothing', () => {
  assert.equal(attributable({ times: 505, of: 1000 }, { times: 50, of: 100 }), 0)
  assert.equal(attributable({ times: 1, of: 1000 }, { times: 0, of: 100 }), 1)
  assert.equal(attributable({ times: 0, of: 1000 }, { times: 0, of: 100 }), 0)
})

test('a pair counts once, by its weightiest place', () => {
  const weights = new Map([
    ['a', { mismatch: 0.5, undecided: 0 }],
    ['b', { mismatch: 1, undecided: 0 }],
    ['c', { mismatch: 0, undecided: 1 }],
  ])
  const together = new Map<string, Together>()
  for (const places of [['a', 'b'], ['a', 'c'], ['noise']]) addTogether(together, places, 10)
  const seen = new Map([['b', { ...none, shadow: 10 }]])
  const of = (pairs: number) => ({ compared: { ...none, shadow: pairs }, seen, together })
  assert.deepEqual(
    weigh(of(30), place => weights.get(place)),
    { mismatched: 15, undecided: 5 },
  )
})

test('a place counts in all of its pairs, whatever these are told by', () => {
  const together = new Map<string, Together>()
  addTogether(together, ['noise'], 90)
  const of = (place: string, shadow: number, unrepeatable = 0) => ({
    compared: { ...none, shadow: 80, unrepeatable: 20 },
    seen: new Map([[place, { shadow, unrepeatable, noise: 7 }]]),
    together,
  })
  const weights = new Map([
    ['real', { mismatch: 1, undecided: 0 }],
    ['open', { mismatch: 0, undecided: 1 }],
  ])
  const weightOf = (place: string) => weights.get(place)
  assert.deepEqual(weigh(of('real', 80, 20), weightOf), { mismatched: 100, undecided: 0 })
  assert.deepEqual(weigh(of('open', 40), weightOf), { mismatched: 0, undecided: 40 })
  assert.deepEqual(weigh(of('noise', 80), weightOf), { mismatched: 0, undecided: 0 })
})

test('parts of pairs add up to whole ones, none too many and none lost', () => {
  const whole = createWholePairs()
  let sum = 0
  for (let i = 0; i < 1000; i++) {
    const pairs = whole(0.7)
    assert.ok(Number.isInteger(pairs) && pairs <= 1)
    sum += pairs
  }
  assert.equal(sum, 700)
})

test('pairs of which nobody knows yet are told, with what is missing, until it is known', () => {
  const { feed, judged } = summing(17)
  feed([wrong('/price', 0.2), noisy('/id', 1)], 1000)
  const { undecided, worst } = judged().factsFor(0.005)
  assert.equal(worst, null)
  assert.ok(Math.abs((undecided?.share ?? 0) - 0.2) < 0.05)
  assert.match(
    undecided?.text ?? '',
    /^V2 has another value at \/price in \d+ of 1,000 pairs \(\d+ %\); V1 differs from itself there in 0 of 50; undecided: about [\d,]+ more pairs decide it at this rate$/,
  )
  feed([wrong('/price', 0.2), noisy('/id', 1)], 4000)
  assert.equal(judged().factsFor(0.005).undecided, null)
  assert.match(judged().factsFor(0.005).worst ?? '', /^\/price \(value\) in 20 % of 5,000 pairs$/)
})
