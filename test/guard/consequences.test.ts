import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { BudgetRule } from '../../src/config/budget-rule.ts'
import { type Consequence, consequenceOf } from '../../src/guard/consequence.ts'

type Row = readonly [
  signal: BudgetRule['signal'],
  dryRun: boolean,
  hasLiveV2: boolean,
  consequence: Consequence,
]

const table: readonly Row[] = [
  ['mismatch', false, false, 'close-gate'],
  ['mismatch', false, true, 'switch-back'],
  ['mismatch', true, false, 'report'],
  ['mismatch', true, true, 'report'],
  ['errors', false, true, 'switch-back'],
  // Numbers that are pushed, and answers to testers, come without live traffic too.
  ['errors', false, false, 'switch-back'],
  ['pushed', false, false, 'switch-back'],
  ['errors', true, true, 'report'],
]

for (const [signal, dryRun, hasLiveV2, consequence] of table) {
  const run = dryRun ? ', a dry run' : ''
  const where = hasLiveV2 ? 'with V2 live' : 'without live V2'
  test(`a breach on ${signal}${run}, ${where}: ${consequence}`, () => {
    assert.equal(consequenceOf({ signal, dryRun }, hasLiveV2), consequence)
  })
}
