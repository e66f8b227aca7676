import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { BudgetRule } from '../../src/config/budget-rule.ts'
import type { Evidence } from '../../src/guard/latch-state.ts'
import { createRouteGuard } from '../../src/guard/route-guard.ts'
import { readSeriesName } from '../../src/guard/series.ts'
import { budget, judgedRoute, noAnswer, observed } from './parts.ts'

function guarded(...budgets: BudgetRule[]) {
  const breaches: Evidence[] = []
  const guard = createRouteGuard({
    route: judgedRoute(budgets),
    onBreach: evidence => breaches.push(evidence),
  })
  if (guard === null) throw new Error('Cannot test the guard: there must be one')
  return { guard, breaches, counts: () => countsOf(guard) }
}

/** `variant scope what` → count */
function countsOf(guard: { takeCounts(into: Record<string, number>): void }) {
  const counts: Record<string, number> = {}
  guard.takeCounts(counts)
  return Object.fromEntries(
    Object.entries(counts).map(([name, count]) => {
      const series = readSeriesName(name)
      assert.ok(series !== null, `${name} can be read back`)
      return [`${series.variant} ${series.scope} ${series.what}`, count]
    }),
  )
}

const errors = budget({ signal: 'errors', max: '1%' })

describe('the guard of a route', () => {
  it('is none where there is nothing to judge by the request', () => {
    const onBreach = () => assert.fail('there is nothing to breach')
    const { v2: _, ...withoutV2 } = judgedRoute([errors])
    const pushed = budget({ signal: 'pushed', name: 'revenue', min: 1, max: '5%' })
    assert.equal(createRouteGuard({ route: judgedRoute([]), onBreach }), null)
    assert.equal(createRouteGuard({ route: judgedRoute([pushed]), onBreach }), null)
    assert.equal(createRouteGuard({ route: withoutV2, onBreach }), null)
  })

  it('says a breach once, with its numbers', () => {
    const { guard, breaches } = guarded(errors)
    for (let i = 0; i < 1000; i++) guard.observe(observed())
    for (let i = 0; i < 50; i++) guard.observe(observed({ status: 500 }))
    assert.deepEqual(breaches, [
      {
        route: 'match',
        budget: 'errors max 1%',
        scope: null,
        text: '4 of 4 answers failed, allowed 1 %; certainty 1 in 10⁶ answers',
        bad: 4,
        events: 4,
        allowed: 0.01,
        seenBy: 'worker',
      },
    ])
  })

  it('says it again after a reset', () => {
    const { guard, breaches } = guarded(errors)
    const failTen = () => {
      for (let i = 0; i < 10; i++) guard.observe(observed({ status: 500 }))
    }
    failTen()
    guard.reset()
    failTen()
    assert.equal(breaches.length, 2)
  })

  it('never holds V1 against V2', () => {
    const { guard, breaches, counts } = guarded(errors)
    for (let i = 0; i < 100; i++) guard.observe(observed({ variant: 'v1', status: 500 }))
    assert.deepEqual(breaches, [])
    assert.deepEqual(counts(), {})
  })

  it('leaves what must not act, windows and what is relative to V1 to the counts', () => {
    const { guard, breaches, counts } = guarded(
      budget({ signal: 'errors', max: '1%', dryRun: true }),
      budget({ signal: 'errors', max: '1%', for: '5m' }),
      budget({ signal: 'errors', max: '1.5x v1' }),
    )
    for (let i = 0; i < 100; i++) guard.observe(observed({ status: 500 }))
    assert.deepEqual(breaches, [])
    assert.equal(counts()['v2 null bad'], 100)
  })

  it('judges each endpoint for itself', () => {
    const { guard, breaches, counts } = guarded(
      budget({ signal: 'errors', max: '1%', per: 'endpoint' }),
    )
    for (let i = 0; i < 1000; i++) {
      guard.observe(observed({ path: `/users/${i}` }))
      if (i % 200 === 0) guard.observe(observed({ path: '/pay', status: 503 }))
    }
    assert.deepEqual(
      breaches.map(({ scope, text }) => `${scope}: ${text.split(',')[0]}`),
      ['GET /pay: 4 of 4 answers failed'],
    )
    assert.deepEqual(counts(), {
      'v2 GET /users/* events': 1000,
      'v2 GET /pay events': 5,
      'v2 GET /pay bad': 5,
    })
  })

  it('leaves the endpoints their places, whatever paths are tried', () => {
    const { guard, breaches, counts } = guarded(
      budget({ signal: 'errors', max: '1%', per: 'endpoint' }),
      budget({ signal: 'latency', p95: '1.2x v1', per: 'endpoint' }),
    )
    const words = Array.from({ length: 200 }, (_, i) => 'abcdefghij'[i % 10]?.repeat(1 + i / 10))
    for (const [at, word] of words.entries()) {
      guard.observe(observed({ path: `/${word}`, status: [400, 404, 405][at % 3] as number }))
    }
    for (let i = 0; i < 10; i++) guard.observe(observed({ path: '/pay', status: 503 }))
    guard.observe(observed({ path: '/pay', status: 404 }))
    assert.deepEqual(
      breaches.map(({ scope }) => scope),
      ['GET /pay'],
    )
    const { 'v2 other events': strange, 'v2 GET /pay events': paid, ...others } = counts()
    assert.deepEqual([strange, paid], [200, 11])
    assert.ok(Object.keys(others).every(name => /^v2 (other|GET \/pay) /.test(name)))
  })

  it('gives a segment its own, also one that only asks for what is not there', () => {
    const { guard, counts } = guarded(budget({ signal: 'errors', max: '1%', per: 'segment' }))
    guard.observe(observed({ properties: { segment: 'beta' }, status: 404 }))
    assert.deepEqual(counts(), { 'v2 beta events': 1 })
  })

  it('judges each value of a property for itself, also of callers who have none', () => {
    const { guard, counts } = guarded(budget({ signal: 'errors', max: '1%', per: 'segment' }))
    guard.observe(observed({ properties: { segment: 'beta' } }))
    guard.observe(observed({ properties: { segment: '"],["' } }))
    guard.observe(observed())
    assert.deepEqual(counts(), {
      'v2 beta events': 1,
      'v2 "],[" events': 1,
      'v2 unknown events': 1,
    })
  })
})

describe('the counts of a guard', () => {
  it('are given once', () => {
    const { guard, counts } = guarded(errors)
    guard.observe(observed())
    guard.observe(observed({ status: 502 }))
    assert.deepEqual(counts(), { 'v2 null events': 2, 'v2 null bad': 1 })
    assert.deepEqual(counts(), {})
  })

  it('are added to what is there', () => {
    const { guard } = guarded(errors)
    const into: Record<string, number> = {}
    for (let i = 0; i < 3; i++) {
      guard.observe(observed())
      guard.takeCounts(into)
    }
    assert.deepEqual(Object.values(into), [3])
  })

  it('have V1 beside V2 for a budget relative to it, and of latency the steps', () => {
    const { guard, counts } = guarded(budget({ signal: 'latency', p95: '1.2x v1' }))
    guard.observe(observed({ variant: 'v1', headMs: 10 }))
    guard.observe(observed({ headMs: 10.1 }))
    guard.observe(observed({ headMs: 20 }))
    guard.observe(observed({ ...noAnswer, timedOut: true }))
    guard.observe(observed(noAnswer))
    guard.observe(observed({ ...noAnswer, failed: false, leftAfterMs: 10.1 }))
    assert.deepEqual(counts(), {
      'v1 null events': 1,
      'v1 null 95': 1,
      'v2 null events': 4,
      'v2 null 95': 1,
      'v2 null 109': 1,
      'v2 null 321': 1,
      'v2 null 417': 1,
    })
  })

  it('have the numbers that were missing', () => {
    const { guard, counts } = guarded(
      budget({ signal: 'header', name: 'x-accuracy', min: 0.85, max: '5%' }),
    )
    guard.observe(observed())
    guard.observe(observed({ headers: ['x-accuracy', '0.5'] }))
    assert.deepEqual(counts(), { 'v2 null missing': 1, 'v2 null events': 1, 'v2 null bad': 1 })
  })
})

describe('numbers in bodies', () => {
  const accuracy = budget({ signal: 'json', pointer: '/accuracy', min: 0.85, max: '5%' })
  const json = ['content-type', 'application/json']

  it("are judged when V2's answer is whole", () => {
    const { guard, breaches, counts } = guarded(accuracy)
    for (let i = 0; i < 20; i++) {
      const tap = guard.tap(observed({ headers: json }))
      tap?.data(Buffer.from('{"accuracy":'))
      tap?.data(Buffer.from('0.4}'))
      tap?.end()
    }
    assert.match(breaches[0]?.text ?? '', /^\d of \d values of \/accuracy were below 0.85, /)
    assert.deepEqual(counts(), { 'v2 null events': 20, 'v2 null bad': 20 })
  })

  it('are missing where the head promises none', () => {
    const { guard, counts } = guarded(accuracy)
    assert.equal(guard.tap(observed({ headers: ['content-type', 'text/html'] })), null)
    assert.deepEqual(counts(), { 'v2 null missing': 1 })
  })

  it('are nobody else’s business', () => {
    const { guard, counts } = guarded(accuracy)
    assert.equal(guard.readsBodies, true)
    assert.equal(guarded(errors).guard.readsBodies, false)
    assert.equal(guarded(errors).guard.tap(observed({ headers: json })), null)
    assert.equal(guard.tap(observed({ headers: json, variant: 'v1' })), null)
    assert.equal(guard.tap(observed({ headers: json, status: 500 })), null)
    assert.deepEqual(counts(), {})
  })
})
