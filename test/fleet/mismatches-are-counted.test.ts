import assert from 'node:assert/strict'
import { test } from 'node:test'
import { noFacts } from '../../src/guard/mismatch-facts.ts'
import { compared, report, value } from '../shadow/summed.ts'
import { createManualClock } from '../support/manual-clock.ts'
import { basis, differencesOf, wrongPrices } from './difference-desks.ts'
import { openStore } from './machines.ts'

const price = { part: 'body', at: '/price', kind: 'value' } as const

async function desk(t: Parameters<typeof differencesOf>[0]) {
  const clock = createManualClock()
  return differencesOf(t, { local: openStore(t, clock), clock })
}

test('a pair is counted once, as soon as it came', async t => {
  const { compared: hear, take, facts } = await desk(t)
  assert.deepEqual(take(), [])
  hear([wrongPrices(), wrongPrices({ shadow: compared(50) })])
  assert.deepEqual(take(), [{ route: 'match', pairs: 150, mismatched: 100 }])
  assert.deepEqual(take(), [])
  assert.deepEqual(facts('match', 0.005), {
    worst: '/price (value) in 67 % of 150 pairs',
    mismatchShare: 2 / 3,
    undecided: null,
    uncompared: null,
  })
  assert.deepEqual(facts('another', 0.005), noFacts)
})

test('noise is no mismatch, and what V1 was not asked twice for is undecided', async t => {
  const { compared: hear, take, facts } = await desk(t)
  const id = value('/id')
  hear([report({ basis, shadow: compared(100, [100, id]), noise: compared(40, [40, id]) })])
  assert.equal(facts('match', 0.005).undecided, null)
  hear([report({ basis, unrepeatable: compared(100, [20, value('/number')]) })])
  assert.deepEqual(take(), [{ route: 'match', pairs: 200, mismatched: 0 }])
  assert.equal(facts('match', 0.005).worst, null)
  assert.equal(facts('match', 0.005).undecided?.share, 0.1)
})

test('what is acknowledged is no mismatch any more, until it counts again', async t => {
  const { compared: hear, take, acknowledge, differences, notes } = await desk(t)
  hear([wrongPrices()])
  take()
  const request = { route: 'match', ...price, who: 'ada', why: 'rounded since March' }
  const answer = await acknowledge({ ...request, to: 'acknowledged' })
  assert.deepEqual(answer, {
    done: true,
    shared: 'none',
    text: 'body value /price of match is acknowledged',
  })
  hear([wrongPrices()])
  assert.deepEqual(take(), [{ route: 'match', pairs: 100, mismatched: 0 }])
  const [told] = differences()
  assert.equal(told?.mismatchRate, 0)
  assert.deepEqual(told?.findings[0]?.acknowledged, {
    who: 'ada',
    why: 'rounded since March',
    at: 1_700_000_000_000,
  })
  assert.match(told?.findings[0]?.text ?? '', /; acknowledged by ada: rounded since March$/)
  await acknowledge({ ...request, to: 'counted', why: 'a mistake after all' })
  hear([wrongPrices()])
  assert.deepEqual(take(), [{ route: 'match', pairs: 100, mismatched: 100 }])
  assert.deepEqual(
    notes.map(({ event, who, subject, why }) => [event, who, subject, why]),
    [
      [
        'difference-acknowledged',
        'ada',
        'match',
        'body value /price of match is acknowledged: rounded since March',
      ],
      [
        'difference-counted-again',
        'ada',
        'match',
        'body value /price of match counts again: a mistake after all',
      ],
    ],
  )
})

test('what cannot be decided is refused with a reason', async t => {
  const { compared: hear, acknowledge, forget, notes } = await desk(t)
  hear([wrongPrices()])
  const asked = { route: 'match', ...price, to: 'acknowledged', who: 'ada', why: 'meant' } as const
  const refusal = async (changes: object) => {
    const answer = await acknowledge({ ...asked, ...changes })
    return answer.done ? 'done' : answer.refusal
  }
  assert.equal(await refusal({ route: 'another' }), 'unknown-route')
  assert.equal(await refusal({ at: '/never' }), 'unknown-difference')
  assert.equal(await refusal({ at: '*' }), 'many-places')
  assert.equal(await refusal({ at: '/never', to: 'counted' }), 'unknown-difference')
  assert.equal(await refusal({ to: 'counted' }), 'not-acknowledged')
  assert.deepEqual(notes, [])
  assert.equal(await refusal({}), 'done')
  assert.equal(await refusal({}), 'already-acknowledged')
  assert.equal(await refusal({ why: 'another reason' }), 'done')
  const unknown = await forget({ route: 'another', who: 'ada', why: 'x' })
  assert.equal(unknown.done, false)
  assert.equal(
    unknown.text,
    'Cannot change differences: route must be one that is shadowed, received "another"',
  )
})

test('all that was seen can be forgotten, and what was acknowledged stays so', async t => {
  const { compared: hear, acknowledge, forget, differences, notes } = await desk(t)
  hear([wrongPrices()])
  await acknowledge({ route: 'match', ...price, to: 'acknowledged', who: 'ada', why: 'meant' })
  const answer = await forget({ route: 'match', who: 'ada', why: 'V2 was deployed anew' })
  assert.equal(answer.done, true)
  assert.equal(differences()[0]?.compared, 0)
  assert.equal(notes.at(-1)?.event, 'differences-forgotten')
  hear([wrongPrices()])
  assert.equal(differences()[0]?.findings[0]?.acknowledged?.who, 'ada')
})
