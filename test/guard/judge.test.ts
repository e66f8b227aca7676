import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { BudgetRule } from '../../src/config/budget-rule.ts'
import { createJudge, type Judge } from '../../src/guard/judge.ts'
import { type Series, seriesName } from '../../src/guard/series.ts'
import { budget, judgedRoute } from './parts.ts'

const errors = budget({ signal: 'errors', max: '1%' })

/** Counts of V2 on the route `match`. */
function counted(
  rule: BudgetRule,
  amounts: Readonly<Partial<Record<'events' | 'bad' | 'missing', number>>>,
  series: Partial<Series> = {},
): Record<string, number> {
  return Object.fromEntries(
    Object.entries(amounts).map(([what, amount]) => [
      seriesName({
        route: 'match',
        budget: rule.id,
        scope: null,
        variant: 'v2',
        what: what as Series['what'],
        ...series,
      }),
      amount,
    ]),
  )
}

/** `verdict reason: text` of each verdict. */
const said = (judge: Judge, now = 0) =>
  judge.verdicts(now).map(({ verdict, reason, text }) => `${verdict} ${reason}: ${text}`)

describe('the judge', () => {
  it('says a breach once, whoever counted, with the numbers', () => {
    const judge = createJudge([judgedRoute([errors])])
    assert.deepEqual(judge.add(counted(errors, { events: 1000, bad: 3 }), 'machine', 0), [])
    const bad = counted(errors, { events: 300, bad: 28 })
    assert.deepEqual(judge.add(bad, 'machine', 250), [
      {
        flag: 'v2_migration',
        evidence: {
          route: 'match',
          budget: 'errors max 1%',
          scope: null,
          text: '28 of 300 answers failed, allowed 1 %; certainty 1 in 10⁶ answers',
          bad: 28,
          events: 300,
          allowed: 0.01,
          seenBy: 'machine',
        },
      },
    ])
    assert.deepEqual(judge.add(bad, 'machine', 500), [])
    assert.deepEqual(
      judge.add(bad, 'fleet', 500).map(({ evidence }) => evidence.seenBy),
      ['fleet'],
    )
  })

  it('adds up what no single worker could tell', () => {
    const judge = createJudge([judgedRoute([errors])])
    const few = counted(errors, { events: 2, bad: 1 })
    const breaches = Array.from({ length: 4 }, () => judge.add(few, 'machine', 0)).flat()
    assert.equal(breaches.length, 0)
    for (let i = 0; i < 4; i++) breaches.push(...judge.add(few, 'machine', 250))
    assert.equal(breaches.length, 1)
  })

  it('gives the numbers that made the breach, not all there ever were', () => {
    const judge = createJudge([judgedRoute([errors])])
    judge.add(counted(errors, { events: 50_000 }), 'machine', 0)
    judge.add(counted(errors, { events: 40, bad: 20 }), 'machine', 250)
    const [verdict] = judge.verdicts(250)
    assert.deepEqual([verdict?.requests, verdict?.bad, verdict?.share], [40, 20, 0.5])
  })

  it('reports a breach of a dry run and does not act on it', () => {
    const rule = budget({ signal: 'errors', max: '1%', dryRun: true })
    const judge = createJudge([judgedRoute([rule])])
    assert.deepEqual(judge.add(counted(rule, { events: 100, bad: 90 }), 'machine', 0), [])
    const [verdict] = judge.verdicts(0)
    assert.deepEqual([verdict?.verdict, verdict?.dryRun], ['breach', true])
    assert.deepEqual([verdict?.requests, verdict?.bad, verdict?.height], [100, 90, 1])
  })

  it('judges each scope for itself', () => {
    const rule = budget({ signal: 'errors', max: '1%', per: 'endpoint' })
    const judge = createJudge([judgedRoute([rule])])
    assert.deepEqual(judge.verdicts(0), [])
    judge.add(counted(rule, { events: 1000 }, { scope: 'GET /a' }), 'machine', 0)
    const bad = counted(rule, { events: 50, bad: 20 }, { scope: 'GET /b' })
    const [breach] = judge.add(bad, 'machine', 250)
    assert.equal(breach?.evidence.scope, 'GET /b')
    assert.deepEqual(
      judge.verdicts(250).map(({ scope, verdict }) => `${scope} ${verdict}`),
      ['GET /a pass', 'GET /b breach'],
    )
  })

  it('passes over counts that it knows nothing of, or that are none', () => {
    const judge = createJudge([judgedRoute([errors])])
    const odd = {
      nonsense: 5,
      '["match","errors max 1%",null,"v3","bad"]': 5,
      '["match","errors max 1%",null,"v2","steps"]': 5,
      ...counted(errors, { bad: Number.NaN, events: -3 }),
      ...counted(errors, { bad: 100, events: 100 }, { route: 'gone' }),
      ...counted(errors, { bad: 100, events: 100 }, { budget: 'gone' }),
    }
    assert.deepEqual(judge.add(odd, 'machine', 0), [])
    assert.deepEqual(said(judge), ['not-yet no-traffic: V2 was not asked'])
  })

  it('believes the fleet while it is heard of, and else this machine', () => {
    const judge = createJudge([judgedRoute([errors])])
    judge.add(counted(errors, { events: 500 }), 'machine', 0)
    judge.add(counted(errors, { events: 1500 }), 'fleet', 0)
    const seen = (now: number) =>
      judge.verdicts(now).map(({ seenBy, requests }) => `${seenBy} ${requests}`)
    assert.deepEqual(seen(9000), ['fleet 1500'])
    assert.deepEqual(seen(11_000), ['machine 500'])
  })
})

describe('a verdict', () => {
  it('is not-yet where there is no traffic, and says how much it needs', () => {
    const judge = createJudge([judgedRoute([errors])])
    const [verdict] = judge.verdicts(0)
    assert.deepEqual(
      [verdict?.verdict, verdict?.reason, verdict?.share],
      ['not-yet', 'no-traffic', null],
    )
    assert.ok((verdict?.moreRequests ?? 0) > 400)
  })

  it('says how many more requests it needs, and passes then', () => {
    const judge = createJudge([judgedRoute([errors])])
    judge.add(counted(errors, { events: 60 }), 'machine', 0)
    assert.match(said(judge)[0] ?? '', /^not-yet too-few-requests: 0 of 60 answers failed, .*more/)
    judge.add(counted(errors, { events: 240 }), 'machine', 250)
    const [verdict] = judge.verdicts(250)
    assert.equal(verdict?.reason, 'not-certain-yet')
    judge.add(counted(errors, { events: verdict?.moreRequests ?? 0 }), 'machine', 500)
    assert.match(said(judge)[0] ?? '', /^pass within-budget: 0 of \d+ answers failed, allowed 1 %$/)
  })

  it('is not-yet where V2 is exactly on budget, and says that no number of requests decides', () => {
    const judge = createJudge([judgedRoute([errors])])
    judge.add(counted(errors, { events: 1000, bad: 10 }), 'machine', 0)
    assert.deepEqual(said(judge), [
      'not-yet not-certain-yet: 10 of 1,000 answers failed, allowed 1 %; undecided, and at this rate it stays so',
    ])
  })

  it('above budget says how many more requests prove the breach', () => {
    const judge = createJudge([judgedRoute([errors])])
    judge.add(counted(errors, { events: 200, bad: 6 }), 'machine', 0)
    const [verdict] = judge.verdicts(0)
    const more = verdict?.moreRequests ?? 0
    const rest = { events: more, bad: Math.ceil(more * 0.03) }
    assert.equal(judge.add(counted(errors, rest), 'machine', 250).length, 1)
  })

  it('does not pass a V2 that was good for long and begins to fail', () => {
    const judge = createJudge([judgedRoute([errors])])
    judge.add(counted(errors, { events: 100_000 }), 'machine', 0)
    assert.equal(judge.verdicts(0)[0]?.verdict, 'pass')
    judge.add(counted(errors, { events: 3, bad: 3 }), 'machine', 250)
    assert.equal(judge.verdicts(250)[0]?.verdict, 'not-yet')
  })

  it('says so where the number never came', () => {
    const rule = budget({ signal: 'header', name: 'x-accuracy', min: 0.85, max: '5%' })
    const judge = createJudge([judgedRoute([rule])])
    judge.add(counted(rule, { missing: 120 }), 'machine', 0)
    assert.deepEqual(said(judge), [
      'not-yet no-numbers: none of 120 answers had the number x-accuracy',
    ])
  })

  it('of a window says that it is not full', () => {
    const rule = budget({ signal: 'errors', max: '5%', for: '5m' })
    const judge = createJudge([judgedRoute([rule])])
    judge.add(counted(rule, { events: 500, bad: 100 }), 'machine', 0)
    assert.deepEqual(said(judge, 60_000), [
      'not-yet too-few-requests: 100 of 500 answers failed, allowed 5 %; the window is not full yet',
    ])
    const [breach] = judge.add(counted(rule, { events: 1 }), 'machine', 300_000)
    assert.equal(breach?.evidence.text, '100 of 501 answers failed, allowed 5 %; over 5 min')
  })
})

describe('evidence', () => {
  const bad = counted(errors, { events: 20, bad: 20 })

  it('is forgotten after a reset of the flag, and of no other', () => {
    const judge = createJudge([judgedRoute([errors])])
    judge.add(bad, 'machine', 0)
    judge.reset('other')
    assert.equal(judge.verdicts(0)[0]?.verdict, 'breach')
    judge.reset('v2_migration')
    assert.equal(judge.verdicts(0)[0]?.reason, 'no-traffic')
    assert.equal(judge.add(bad, 'machine', 250).length, 1)
  })

  it('is kept over a reload that leaves the budget alone', () => {
    const judge = createJudge([judgedRoute([errors])])
    judge.add(bad, 'machine', 0)
    const other = budget({ signal: 'latency', p95: '150ms' })
    judge.replace([judgedRoute([other, { ...errors }])])
    assert.deepEqual(
      judge.verdicts(0).map(({ budget, verdict }) => `${budget}: ${verdict}`),
      ['latency p95 150ms: not-yet', 'errors max 1%: breach'],
    )
  })

  it('is forgotten with the budget, the flag or the V2 that it was about', () => {
    const v2 = { url: 'http://127.0.0.1:3', hostHeader: 'preserve' } as const
    for (const next of [
      judgedRoute([{ ...errors, certainty: 1e9 }]),
      judgedRoute([errors], { flag: 'other' }),
      judgedRoute([errors], { v2 }),
    ]) {
      const judge = createJudge([judgedRoute([errors])])
      judge.add(bad, 'machine', 0)
      judge.replace([next])
      assert.equal(judge.verdicts(0)[0]?.reason, 'no-traffic')
    }
  })
})

describe('a window', () => {
  it('runs for its whole length again after a reset', () => {
    const rule = budget({ signal: 'errors', max: '5%', for: '1m' })
    const judge = createJudge([judgedRoute([rule])])
    const bad = counted(rule, { events: 500, bad: 100 })
    judge.add(bad, 'machine', 0)
    judge.reset('v2_migration')
    assert.equal(judge.add(bad, 'machine', 60_000).length, 0)
    assert.equal(judge.add(bad, 'machine', 119_000).length, 0)
    assert.equal(judge.add(bad, 'machine', 120_000).length, 1)
  })
})

describe('pushed numbers', () => {
  const revenue = budget({ signal: 'pushed', name: 'revenue', min: 10, max: '5%' })
  const lower = budget({ signal: 'pushed', name: 'revenue', min: 1, max: '5%' })
  const push = { name: 'revenue', route: null, flag: null, variant: 'v2' } as const
  const one = { found: { values: [1] } }

  it('become counts of the budgets that they are for, and are judged as such', () => {
    const judge = createJudge([judgedRoute([revenue, lower, errors])])
    const values = [...Array(12).fill(5), 20, Number.NaN]
    const answer = judge.countsOf({ ...push, found: { values } })
    assert.ok(answer.taken)
    assert.equal(answer.budgets, 2)
    assert.deepEqual(answer.counts, {
      ...counted(revenue, { events: 13, bad: 12 }),
      ...counted(lower, { events: 13 }),
    })
    const breaches = judge.add(answer.counts, 'machine', 0)
    assert.deepEqual(
      breaches.map(({ evidence }) => evidence.text),
      ['12 of 13 values of revenue were below 10, allowed 5 %; certainty 1 in 10⁶ answers'],
    )
  })

  it('may come as good and bad, for one route or flag', () => {
    const judge = createJudge([judgedRoute([revenue])])
    const found = { good: 3, bad: 1 }
    const counts = counted(revenue, { events: 4, bad: 1 })
    for (const to of [{ route: 'match' }, { flag: 'v2_migration' }]) {
      const answer = judge.countsOf({ ...push, found, ...to })
      assert.deepEqual(answer, { taken: true, budgets: 1, counts })
    }
  })

  for (const [refusal, to, text] of [
    ['unknown-route', { route: 'other' }, 'route must be one with a V2, received "other"'],
    ['unknown-flag', { flag: 'other' }, 'flag must be that of a route, received "other"'],
    [
      'unknown-name',
      { name: 'profit' },
      'name must be that of a pushed budget there, received "profit"',
    ],
  ] as const) {
    it(`are refused: ${refusal}`, () => {
      const judge = createJudge([judgedRoute([revenue])])
      const expected = { taken: false, refusal, text: `Cannot take the signal: ${text}` }
      assert.deepEqual(judge.countsOf({ ...push, ...one, ...to }), expected)
    })
  }

  it('say so where none came', () => {
    const judge = createJudge([judgedRoute([revenue])])
    assert.deepEqual(said(judge), ['not-yet no-traffic: no numbers were pushed for V2'])
  })
})
