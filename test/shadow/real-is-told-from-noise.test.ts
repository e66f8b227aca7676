import assert from 'node:assert/strict'
import { test } from 'node:test'
import { noisy, usualNoise, wrong } from '../../bench/noise/simulated-pairs.ts'
import { isReal, pairsToDecide } from '../../src/shadow/findings/significance.ts'
import { compared, report, summing, value } from './summed.ts'

test('after 200 pairs a wrong price is named among ids, clocks and shuffled lists, and nothing else is', () => {
  for (let seed = 1; seed <= 50; seed++) {
    const { feed, told } = summing(seed)
    feed([...usualNoise, wrong('/price', 1)], 200)
    const { findings, mismatchRate } = told()
    const real = findings.filter(({ verdict }) => verdict === 'real').map(({ at }) => at)
    assert.deepEqual(real, ['/price'])
    assert.equal(mismatchRate, 1)
  }
})

test('what V1 does to itself is never called real, however often one looks', () => {
  const rates = [1, 0.97, 5 / 6, 0.5, 0.2, 0.05, 0.02, 0.005, 0.001]
  for (let seed = 1; seed <= 4; seed++) {
    const { feed, told } = summing(seed)
    for (let look = 0; look < 250; look++) {
      feed(
        rates.map((rate, at) => noisy(`/${at}`, rate)),
        100,
      )
      for (const each of told().findings) assert.notEqual(each.verdict, 'real', each.text)
    }
  }
})

test('an error in a place that is noisy anyway is found by its rate', () => {
  const { feed, told } = summing(7)
  feed([noisy('/tags', 0.5), noisy('/id', 1)], 20_000)
  assert.deepEqual(
    told().findings.map(({ at, verdict }) => [at, verdict]),
    [
      ['/id', 'noise'],
      ['/tags', 'noise'],
    ],
  )
  feed([{ ...noisy('/tags', 0.5), shadow: 1 }, noisy('/id', 1)], 4000)
  assert.deepEqual(told().findings[0]?.at, '/tags')
  assert.deepEqual(told().findings[0]?.verdict, 'real')
})

test('in a noisy place what is new is found although it drowns in what was', () => {
  const { feed, told } = summing(11)
  const tags = noisy('/tags', 0.5)
  feed([tags], 100_000)
  feed([{ ...tags, shadow: 1 }], 6000)
  assert.equal(told().findings[0]?.verdict, 'real')
})

test('what was proven once stays real, with its rate of late beside it', () => {
  const { feed, told } = summing(13)
  feed([wrong('/price', 1)], 200)
  feed([], 100_000)
  const [finding] = told().findings
  assert.equal(finding?.verdict, 'real')
  assert.equal(finding?.rate, 0)
})

test('nothing is real before V1 was asked twice a few times', () => {
  assert.equal(isReal({ times: 1e9, of: 1e9 }, { times: 0, of: 4 }, 'in-all'), false)
  assert.equal(isReal({ times: 1e9, of: 1e9 }, { times: 0, of: 5 }, 'in-all'), true)
})

test('a V2 that differs less often than V1 from itself is no finding', () => {
  assert.equal(isReal({ times: 0, of: 1e6 }, { times: 5e5, of: 1e6 }, 'in-all'), false)
})

test('of late more is asked for than in all: it begins anew again and again', () => {
  const [shadow, noise] = [
    { times: 100, of: 100 },
    { times: 0, of: 5 },
  ]
  assert.equal(isReal(shadow, noise, 'in-all'), true)
  assert.equal(isReal(shadow, noise, 'of-late'), false)
})

test('how many more pairs decide is how many do', () => {
  const [shadow, noise] = [
    { times: 20, of: 1000 },
    { times: 0, of: 50 },
  ]
  const more = pairsToDecide(shadow, noise) as number
  const after = (pairs: number) => {
    const factor = 1 + pairs / 1000
    return isReal(
      { times: 20 * factor, of: 1000 * factor },
      { times: 0, of: 50 * factor },
      'in-all',
    )
  }
  assert.equal(after(more), true)
  assert.equal(after(more * 0.95), false)
  assert.equal(pairsToDecide({ times: 1, of: 2 }, { times: 1, of: 2 }), null)
})

test('requests that V1 is never asked twice are not held against those that it is', () => {
  const { take, told } = summing(1)
  // Every POST answers with a new id; V1 is asked GETs twice, which have none.
  for (let i = 0; i < 1000; i++) {
    const posts = compared(20, [20, value('/id')])
    take(report({ shadow: compared(20), unrepeatable: posts, noise: compared(1) }))
  }
  const [finding] = told().findings
  assert.equal(finding?.verdict, 'undecided')
  assert.match(finding?.text ?? '', /V1 is not asked twice for such requests$/)
  assert.equal(told().mismatchRate, 0)
})
