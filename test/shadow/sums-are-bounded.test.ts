import assert from 'node:assert/strict'
import { test } from 'node:test'
import { mostPlaces, mostTogether } from '../../src/shadow/findings/fold.ts'
import { readSums, sumsAsText } from '../../src/shadow/findings/stored-sums.ts'
import { withoutOld } from '../../src/shadow/findings/sums.ts'
import { compared, report, start, summing, value } from './summed.ts'

test('whatever keys answers are made of, what is kept is bounded, and every pair is still told', () => {
  const { take, sums, told } = summing(1)
  for (let i = 0; i < 2000; i++) {
    const strange = Array.from({ length: 5 }, (_, j) => value(`/people/${i}-${j}`))
    take(
      report({
        shadow: compared(20, [18, value('/price')], [1, ...strange]),
        noise: compared(1),
      }),
    )
  }
  const { inAll, late, histories } = sums()
  for (const { seen, together } of [inAll, ...late]) {
    assert.ok(seen.size <= mostPlaces + 1, `received ${seen.size} places`)
    assert.ok(together.size <= mostTogether, `received ${together.size} sets`)
  }
  assert.ok(histories.size <= mostPlaces + 1)
  const { findings, mismatchRateInAll } = told()
  assert.equal(findings[0]?.at, '/price')
  assert.equal(findings[0]?.pairs, 36_000)
  assert.equal(mismatchRateInAll, 0.9)
  const others = findings.find(({ at }) => at === '*')
  assert.equal(others?.verdict, 'undecided')
  assert.match(others?.text ?? '', /too many to tell apart/)
  const pairs = [...inAll.together.values()].reduce((sum, each) => sum + each.pairs, 0)
  assert.equal(pairs, 38_000)
})

test('a mismatch stays one when there is no room for all the sets of places', () => {
  const { take, told } = summing(1)
  const many = Array.from({ length: 12 }, (_, i) => value(`/p${i}`))
  for (let i = 1; i <= 2100; i++) {
    // A new set each time, of places in which V1 differs from itself, and now and then the price.
    const some = many.filter((_, at) => (i >> at) & 1)
    const price = i % 7 === 0 ? [value('/price')] : []
    take(
      report({
        shadow: compared(1, [1, ...price, ...some]),
        noise: compared(1, [1, ...some]),
      }),
    )
  }
  assert.equal(told().mismatchRateInAll, 1 / 7)
})

test('a long pointer is told by its beginning', () => {
  const { take, told } = summing(1)
  take(report({ shadow: compared(1, [1, value(`/items/*/${'x'.repeat(1000)}`)]) }))
  assert.equal(told().findings[0]?.at, '/items/*/*')
})

test('what was not seen for long is forgotten with its samples', () => {
  const { take, sums } = summing(1)
  const sample = {
    ...value('/old'),
    ...{ v1: '1', v2: '2', endpoint: 'GET /x', requestId: 'r', seenAt: start },
  }
  take(
    report({
      shadow: compared(2, [1, value('/old')], [1, value('/new'), value('/old')]),
      samples: [sample],
    }),
  )
  take(report({ shadow: compared(1, [1, value('/new')]) }), 1000)
  assert.equal(withoutOld(sums(), start + 100), sums())
  const left = withoutOld(sums(), start + 101)
  assert.deepEqual([...left.histories.keys()], ['body value /new'])
  assert.deepEqual([...left.inAll.seen.keys()], ['body value /new'])
  assert.equal(left.inAll.compared.shadow, 3)
  assert.doesNotMatch(sumsAsText(left), /old/)
})

test('a document fits a store even when samples are long', () => {
  const { take, sums } = summing(1)
  const places = Array.from({ length: mostPlaces }, (_, i) => value(`/${i}/${'ü'.repeat(200)}`))
  for (let i = 0; i < 3; i++) {
    const samples = places.map(place => ({
      ...place,
      ...{ v1: 'ü'.repeat(500), v2: 'y', endpoint: 'GET /x', requestId: String(i), seenAt: i },
    }))
    take(report({ shadow: compared(1, [1, ...places]), samples }))
  }
  const text = sumsAsText(sums())
  assert.ok(Buffer.byteLength(text) <= 1_000_000)
  assert.equal(readSums(text)?.histories.size, mostPlaces)
})
