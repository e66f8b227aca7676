import assert from 'node:assert/strict'
import { test } from 'node:test'
import { compared, report, summing } from './summed.ts'

test('what answers kept from being compared is told, and given to budgets', () => {
  const { take, judged } = summing(1)
  const notCompared = {
    undecodable: 80,
    'too-large': 10,
    busy: 500,
    'no-answer': 500,
    unfinished: 9,
  }
  take(report({ shadow: { ...compared(10), notCompared }, noise: compared(5) }))
  const { differences, factsFor } = judged()
  assert.deepEqual(factsFor(0.005).uncompared, { share: 0.9, reason: 'undecodable' })
  assert.deepEqual(differences.notCompared, notCompared)
  assert.equal(
    differences.text,
    'no real difference of late (10 pairs in all); 90 % were not compared, mostly undecodable',
  )
})

test('what only we had no room for is nothing against the answers', () => {
  const { take, judged } = summing(1)
  take(report({ shadow: { ...compared(10), notCompared: { busy: 90, 'no-room': 90 } } }))
  assert.equal(judged().factsFor(0.005).uncompared, null)
})

test('once answers are compared again, those before do not count for ever', () => {
  const { take, judged } = summing(1)
  take(report({ shadow: { ...compared(10), notCompared: { 'invalid-json': 9000 } } }))
  assert.ok((judged().factsFor(0.005).uncompared?.share ?? 0) > 0.99)
  take(report({ unrepeatable: compared(1000) }), 3_600_000)
  assert.equal(judged().factsFor(0.005).uncompared, null)
})
