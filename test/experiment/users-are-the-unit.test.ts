import assert from 'node:assert/strict'
import { it } from 'node:test'
import { type Chance, missed, sumsOf } from './simulated-users.ts'

/** The requests of one user: some send hundreds, and each user succeeds as often as it is used to. */
function requestsOf(chance: Chance): readonly number[] {
  const requests = Math.min(300, Math.ceil(2 * (1 - chance()) ** -0.9))
  const habit = chance()
  return Array.from({ length: requests }, () => (chance() < habit ? 1 : 0))
}

const usersOf = (chance: Chance) => Array.from({ length: 5 }, () => requestsOf(chance))
const mean = (values: readonly number[]) =>
  values.reduce((sum, each) => sum + each, 0) / values.length

const simulated = { runs: 300, strata: 100, rule: { alpha: 0.05, users: 500, isShare: false } }

it('by users, no difference is rarely called one', () => {
  const side = (chance: Chance) => sumsOf(usersOf(chance).map(mean))
  const wrong = missed({
    ...simulated,
    stratum: (_, chance) => ({ v1: side(chance), v2: side(chance) }),
  })
  assert.ok(wrong <= 0.09, `${wrong * 100} % were wrong`)
})

it('by requests, it would be called one most of the time: those of a user are alike', () => {
  const side = (chance: Chance) => sumsOf(usersOf(chance).flat())
  const wrong = missed({
    ...simulated,
    stratum: (_, chance) => ({ v1: side(chance), v2: side(chance) }),
  })
  assert.ok(wrong > 0.5, `only ${wrong * 100} % were wrong`)
})
