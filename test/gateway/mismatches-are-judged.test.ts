import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ShadowRule } from '../../src/config/shadow-rule.ts'
import { countsPeriodMs } from '../../src/fleet/planes.ts'
import { liveName } from '../../src/guard/live-v2.ts'
import { noFacts } from '../../src/guard/mismatch-facts.ts'
import type { Counts } from '../../src/guard/observation.ts'
import type { Breach } from '../../src/guard/verdict.ts'
import { createJudging } from '../../src/pipeline/judging.ts'
import type { Mismatches, RouteMismatches } from '../../src/shadow/mismatches.ts'
import { budget, judgedRoute } from '../guard/parts.ts'
import { rule } from '../shadow/pairs.ts'
import { createManualClock } from '../support/manual-clock.ts'
import { plainRules } from '../support/rules.ts'

/** The route that is judged, with its shadow as usual but for these changes. */
function shadowed(changes: Partial<ShadowRule> = {}) {
  const budgets = [budget({ signal: 'mismatch', max: '0.5%' })]
  return judgedRoute(budgets, { rules: { ...plainRules, budgets, shadow: rule(changes) } })
}

/** The judging of one machine, and what it gives to the fleet. */
function judging() {
  const clock = createManualClock()
  const breaches: Breach[] = []
  const given: Counts[] = []
  let found: RouteMismatches[] = []
  const mismatches: Mismatches = {
    take: () => found.splice(0),
    facts: () => ({ ...noFacts, worst: '/price (value) in 100 % of 12 pairs' }),
  }
  const judging = createJudging({
    routes: [shadowed({ credentials: { header: 'x-key', value: 'old' } })],
    fleet: {
      async exchangeCounts(counts) {
        given.push(counts)
        return []
      },
    },
    clock,
    mismatches,
    onBreach: breach => breaches.push(breach),
  })
  return {
    judging,
    breaches,
    given,
    async period(pairs: readonly RouteMismatches[] = []) {
      found = [...pairs]
      clock.advance(countsPeriodMs)
      await new Promise(resolve => setImmediate(resolve))
    },
  }
}

const bad = { route: 'match', pairs: 12, mismatched: 12 }

test('pairs are fetched every period, judged for the machine, and given to the fleet once', async () => {
  const { judging: own, given, period } = judging()
  await period([bad])
  await period()
  assert.equal(own.verdicts()[0]?.verdict, 'breach')
  assert.deepEqual(given, [
    {
      '["match","mismatch max 0.5%",null,"v2","events"]': 12,
      '["match","mismatch max 0.5%",null,"v2","bad"]': 12,
    },
    {},
  ])
  own.close()
})

test('a breach waits for a client of V2, and then names the place', async () => {
  const { judging: own, breaches, period } = judging()
  await period([bad])
  await period()
  assert.equal(breaches.length, 0)
  own.count({ [liveName('v2_migration')]: 1 })
  await period()
  assert.deepEqual(
    breaches.map(({ flag, evidence }) => [flag, evidence.text]),
    [
      [
        'v2_migration',
        '12 of 12 pairs differed, allowed 0.5 %; worst is /price (value) in 100 % of 12 pairs; certainty 1 in 10⁶ pairs',
      ],
    ],
  )
  own.close()
})

test('after a word on what counts it is judged anew', async () => {
  const { judging: own, breaches, period } = judging()
  await period([bad])
  own.forgetPairs('match')
  own.count({ [liveName('v2_migration')]: 1 })
  await period()
  assert.equal(breaches.length, 0)
  assert.equal(own.verdicts()[0]?.reason, 'no-traffic')
  own.close()
})

test('a reload forgets mismatches where answers are compared otherwise, and only there', async () => {
  const { judging: own, period } = judging()
  await period([bad])
  const credentials = { header: 'x-key', value: 'renewed' }
  own.replace([shadowed({ credentials, maxInFlight: 7, keepMs: 1 })])
  assert.equal(own.verdicts()[0]?.verdict, 'breach')
  own.replace([shadowed({ credentials, ignore: ['/price'] })])
  assert.equal(own.verdicts()[0]?.reason, 'no-traffic')
  own.close()
})
