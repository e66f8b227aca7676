import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { BudgetConfig } from '../../src/config/budget-rule.ts'
import type { ShadowRule } from '../../src/config/shadow-rule.ts'
import type { LinkedRoute } from '../../src/config/snapshot.ts'
import { createJudge, hearsayMs } from '../../src/guard/judge.ts'
import { liveForMs, liveName } from '../../src/guard/live-v2.ts'
import { createRouteGuard } from '../../src/guard/route-guard.ts'
import type {
  RouteMismatches,
  Uncompared,
  UndecidedDifference,
} from '../../src/shadow/mismatches.ts'
import { plainRules } from '../support/rules.ts'
import { budget, judgedRoute, observed } from './parts.ts'

/** A judge of one budget of 0.5 %, and what is known of the route's differences. */
function judged(changes: Partial<BudgetConfig> = {}) {
  const rule = budget({ signal: 'mismatch', max: '0.5%', ...changes })
  const facts = {
    worst: '/price (value) in 100 % of 214' as string | null,
    undecided: null as UndecidedDifference | null,
    mismatchShare: 0,
    uncompared: null as Uncompared | null,
  }
  const basisOf = ({ rules }: LinkedRoute) => rules.shadow?.ignore.join() ?? null
  const judge = createJudge([judgedRoute([rule])], { factsOf: () => facts, basisOf })
  let now = 0
  const said = () =>
    judge.verdicts(now).map(({ verdict, reason, text }) => `${verdict} ${reason}: ${text}`)
  return {
    judge,
    facts,
    said,
    /** A period in which these pairs were compared, and this many clients were sent to V2. */
    period(pairs: number, mismatched: number, live = 0, seenBy: 'machine' | 'fleet' = 'machine') {
      now += 250
      const counts = judge.countsOfPairs([{ route: 'match', pairs, mismatched }])
      return judge.add({ ...counts, [liveName('v2_migration')]: live }, seenBy, now)
    },
  }
}

const breachText =
  '12 of 12 pairs differed, allowed 0.5 %; worst is /price (value) in 100 % of 214; certainty 1 in 10⁶ pairs'

describe('a budget on mismatch', () => {
  it('is no signal of an answer to a client', () => {
    const rule = budget({ signal: 'mismatch', max: '0.5%' })
    const onBreach = () => assert.fail('no answer says anything about it')
    assert.equal(createRouteGuard({ route: judgedRoute([rule]), onBreach }), null)
    const errors = budget({ signal: 'errors', max: '1%' })
    const guard = createRouteGuard({ route: judgedRoute([rule, errors]), onBreach })
    guard?.observe(observed())
    const counts: Record<string, number> = {}
    guard?.takeCounts(counts)
    assert.deepEqual(counts, { '["match","errors max 1%",null,"v2","events"]': 1 })
  })

  it('passes on pairs that are equal, and says nothing on silence', () => {
    const { period, said } = judged()
    assert.deepEqual(said(), ['not-yet no-traffic: no answers were compared'])
    period(60, 0)
    assert.match(
      said()[0] ?? '',
      /^not-yet too-few-requests: 0 of 60 pairs differed, .* more decide/,
    )
    period(2000, 0)
    assert.deepEqual(said(), ['pass within-budget: 0 of 2,060 pairs differed, allowed 0.5 %'])
  })

  it('passes as soon as docs/tutorial-shadow.md says', () => {
    const passesAt = (pairs: number, mismatched: number) => {
      const { period, said } = judged()
      period(pairs, mismatched)
      return said()[0]?.startsWith('pass')
    }
    assert.deepEqual([passesAt(945, 0), passesAt(946, 0)], [false, true])
    assert.deepEqual([passesAt(1437, 1), passesAt(1438, 1)], [false, true])
  })

  it('holds the gate while V2 has no clients, and switches back when the first one comes', () => {
    const { period, said } = judged()
    assert.deepEqual(period(12, 12), [])
    assert.deepEqual(said(), [`breach over-budget: ${breachText}`])
    assert.deepEqual(period(0, 0), [])
    const breaches = period(0, 0, 1)
    assert.deepEqual(
      breaches.map(({ flag, evidence }) => [flag, evidence.budget, evidence.text]),
      [['v2_migration', 'mismatch max 0.5%', breachText]],
    )
    assert.deepEqual(period(5, 5, 9), [])
  })

  it('switches back at once where V2 has clients', () => {
    const { period } = judged()
    assert.equal(period(12, 12, 3).length, 1)
  })

  it('switches nothing back once V2 was mended, whoever is sent there then', () => {
    const { period, said } = judged()
    period(12, 12)
    period(20_000, 0)
    assert.match(said()[0] ?? '', /^not-yet|^pass/)
    assert.deepEqual(period(10, 0, 5), [])
  })

  it('is said again where V2 was within it in between', () => {
    const { period } = judged()
    assert.equal(period(12, 12, 1).length, 1)
    assert.equal(period(50_000, 0, 1).length, 0)
    assert.equal(period(12, 12, 1).length, 1)
  })

  it('is judged on the sums of the fleet likewise', () => {
    const { period } = judged()
    assert.deepEqual(period(12, 12, 0, 'fleet'), [])
    assert.deepEqual(
      period(0, 0, 2, 'fleet').map(({ evidence }) => evidence.seenBy),
      ['fleet'],
    )
  })

  it('that is a dry run switches nothing back', () => {
    const { period, said } = judged({ dryRun: true })
    assert.deepEqual(period(100, 100, 10), [])
    assert.match(said()[0] ?? '', /^breach/)
  })

  it('with a window is judged by the window', () => {
    const { judge, said } = judged({ for: '1m' })
    const counts = judge.countsOfPairs([{ route: 'match', pairs: 200, mismatched: 10 }])
    judge.add(counts, 'machine', 0)
    judge.add({}, 'machine', 60_000)
    assert.match(said()[0] ?? '', /^breach over-budget: 10 of 200 pairs differed, .*; over 1 min$/)
  })

  it('does not pass while more pairs differ than allowed and nobody knows whose fault that is', () => {
    const { period, facts, said } = judged()
    period(2000, 0)
    facts.undecided = { share: 0.02, text: '2 % differ at /score (value)' }
    assert.deepEqual(said(), [
      'not-yet noise-unknown: 0 of 2,000 pairs differed, allowed 0.5 %; but 2 % differ at /score (value)',
    ])
    facts.undecided = { share: 0.004, text: '0.4 % differ at /score (value)' }
    assert.match(said()[0] ?? '', /^pass/)
  })

  it('does not pass on pairs that were counted as good before it was known what is wrong', () => {
    const { period, facts, said } = judged()
    period(30_000, 0)
    facts.mismatchShare = 0.04
    assert.deepEqual(said(), [
      'not-yet not-certain-yet: 0 of 30,000 pairs differed, allowed 0.5 %; but 4 % do by what is known now: worst is /price (value) in 100 % of 214',
    ])
    facts.mismatchShare = 0.004
    assert.match(said()[0] ?? '', /^pass/)
  })

  it('does not pass on the few pairs that could be compared, and tells of those that could not', () => {
    const { period, facts, said } = judged()
    period(2000, 0)
    facts.uncompared = { share: 0.9, reason: 'undecodable' }
    assert.deepEqual(said(), [
      'not-yet hardly-compared: 0 of 2,000 pairs differed, allowed 0.5 %; 90 % were not compared, mostly undecodable: too few to speak for the others',
    ])
    facts.uncompared = { share: 0.5, reason: 'too-large' }
    assert.deepEqual(said(), [
      'pass within-budget: 0 of 2,000 pairs differed, allowed 0.5 %; 50 % were not compared, mostly too-large',
    ])
    facts.uncompared = { share: 0.01, reason: 'too-large' }
    assert.match(said()[0] ?? '', /allowed 0.5 %$/)
  })

  it('begins anew after a person had a word on what counts', () => {
    const { judge, period, said } = judged()
    period(12, 12)
    judge.forgetPairs('other', 250)
    assert.match(said()[0] ?? '', /^breach/)
    judge.forgetPairs('match', 250)
    assert.match(said()[0] ?? '', /^not-yet no-traffic/)
    assert.deepEqual(period(0, 0, 1), [])
  })

  it('does not believe pairs that were found before that word and come after it', () => {
    const { judge } = judged()
    judge.forgetPairs('match', 1000)
    const bad = judge.countsOfPairs([{ route: 'match', pairs: 12, mismatched: 12 }])
    const counts = { ...bad, [liveName('v2_migration')]: 1 }
    for (const seenBy of ['machine', 'fleet'] as const) {
      assert.equal(judge.add(counts, seenBy, 1000 + hearsayMs - 1).length, 0)
      assert.equal(judge.add(counts, seenBy, 1000 + hearsayMs).length, 1)
    }
  })

  it('is judged anew by pairs that are compared otherwise, and by no other change', () => {
    const { judge, period, said } = judged()
    period(12, 12)
    const rule = budget({ signal: 'mismatch', max: '0.5%' })
    judge.replace([judgedRoute([rule, budget({ signal: 'errors', max: '1%' })])])
    assert.match(said()[0] ?? '', /^breach/)
    const shadow = { ignore: ['/price'] } as unknown as ShadowRule
    judge.replace([judgedRoute([rule], { rules: { ...plainRules, budgets: [rule], shadow } })])
    assert.match(said()[0] ?? '', /^not-yet no-traffic/)
  })

  it('takes pairs of its own routes alone, and of no other budget', () => {
    const rule = budget({ signal: 'mismatch', max: '0.5%' })
    const errors = budget({ signal: 'errors', max: '1%' })
    const judge = createJudge([judgedRoute([errors, rule])])
    const found: RouteMismatches[] = [
      { route: 'gone', pairs: 5, mismatched: 5 },
      { route: 'match', pairs: 3, mismatched: 0 },
      { route: 'match', pairs: 0, mismatched: 0 },
    ]
    assert.deepEqual(judge.countsOfPairs(found), {
      '["match","mismatch max 0.5%",null,"v2","events"]': 3,
    })
  })
})

describe('V2 is live', () => {
  it('for an hour after a client was last sent there, and not any more after a resume', () => {
    const { judge } = judged()
    assert.equal(judge.isLive('v2_migration', 0), false)
    judge.add({ [liveName('v2_migration')]: 1 }, 'machine', 1000)
    assert.equal(judge.isLive('v2_migration', 1000 + liveForMs - 1), true)
    assert.equal(judge.isLive('v2_migration', 1000 + liveForMs), false)
    judge.add({ [liveName('v2_migration')]: 1 }, 'fleet', 2000)
    judge.reset('v2_migration')
    assert.equal(judge.isLive('v2_migration', 2000), false)
  })
})
