import assert from 'node:assert/strict'
import { test } from 'node:test'
import { accountOf, isJudged, isOver, openIn } from '../../bench/shadow/account.ts'
import { accountFigures } from '../../bench/shadow/account-figures.ts'
import { lineOf } from '../../bench/shadow/figure.ts'

const metrics = (sent: number) => `
# HELP switchback_shadow_copies_total What became of copies.
switchback_shadow_copies_eligible_total{route="offers",copy="shadow"} 10
switchback_shadow_copies_eligible_total{route="orders",copy="shadow"} 5
switchback_shadow_copies_eligible_total{route="offers",copy="noise"} 1
switchback_shadow_copies_total{route="offers",copy="shadow",result="sent",reason="answered"} ${sent}
switchback_shadow_copies_total{route="orders",copy="shadow",result="dropped",reason="in-flight"} 4
switchback_shadow_copies_total{route="offers",copy="shadow",result="dropped",reason="in-flight"} 1
switchback_shadow_copies_total{copy="shadow",route="orders",reason="timeout",result="failed"} 1
switchback_shadow_copies_total{route="offers",copy="noise",result="sent",reason="answered"} 1
switchback_shadow_comparisons_total{route="offers",copy="shadow",verdict="equal",reason=""} 6
switchback_shadow_comparisons_total{route="offers",copy="shadow",verdict="different",reason=""} 2
switchback_shadow_comparisons_total{route="offers",copy="shadow",verdict="not-compared",reason="busy"} 1
switchback_requests_total{route="offers",copy="shadow"} 99
`

function accounts(sent: number) {
  const text = metrics(sent)
  return { shadow: accountOf(text, 'shadow'), noise: accountOf(text, 'noise') }
}

function verdicts(requests: number, sent: number): string[] {
  return accountFigures(requests, accounts(sent))
    .map(figure => lineOf('a', figure))
    .filter(({ verdict }) => verdict === 'broken')
    .map(({ what }) => what)
}

test('copies are summed over routes, by what became of them and why', () => {
  const { shadow, noise } = accounts(9)
  assert.deepEqual(shadow, {
    eligible: 15,
    sent: 9,
    dropped: 5,
    failed: 1,
    compared: 8,
    notCompared: 1,
    reasons: new Map([
      ['sent, answered', 9],
      ['dropped, in-flight', 5],
      ['failed, timeout', 1],
      ['not compared, busy', 1],
    ]),
  })
  assert.equal(noise.eligible, 1)
  assert.equal(noise.sent, 1)
})

test('an account is over when it adds up, and judged when all that was sent is', () => {
  assert.equal(openIn(accounts(9).shadow), 0)
  assert.ok(isOver(accounts(9)))
  assert.ok(!isOver(accounts(8)))
  assert.ok(isJudged(accounts(9)))
  assert.ok(!isJudged(accounts(10)))
})

test('a copy that is lost, counted twice or never eligible breaks the account', () => {
  assert.deepEqual(verdicts(15, 9), [])
  assert.deepEqual(verdicts(15, 8), ['copies not accounted for, noise included'])
  assert.deepEqual(verdicts(15, 10), ['copies not accounted for, noise included'])
  assert.deepEqual(verdicts(16, 9), ['of them not eligible for a copy'])
})

test('a gateway that tells nothing of copies is no exact account', () => {
  const none = accountOf('nodejs_version_info 1\n', 'shadow')
  assert.equal(none.eligible, 0)
  assert.equal(
    accountFigures(3, { shadow: none, noise: none })
      .map(figure => lineOf('a', figure))
      .find(({ verdict }) => verdict === 'broken')?.value,
    '3',
  )
})

test('what one kind of copy counts twice does not make up for what the other loses', () => {
  const { shadow, noise } = accounts(8)
  const figures = accountFigures(15, { shadow, noise: { ...noise, sent: 2 } })
  const found = (what: string) => figures.find(figure => figure.what === what)?.values
  assert.deepEqual(found('copies not accounted for, noise included'), [2])
  assert.deepEqual(found('requests with shadow'), [15])
  assert.deepEqual(found('copies dropped, in-flight'), [5])
})
