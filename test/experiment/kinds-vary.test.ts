import assert from 'node:assert/strict'
import { it } from 'node:test'
import { type Chance, missed, sumsOf } from './simulated-users.ts'

/** Half of the customers whose spending varies a hundred times as much as that of others, and few of those. */
function stratum(at: number, chance: Chance) {
  const [onV1, onV2, spread] = at % 2 === 0 ? [20, 20, 100] : [200, 1, 1]
  const spent = (users: number) =>
    sumsOf(Array.from({ length: users }, () => spread * (chance() + chance() + chance() - 1.5)))
  return { v1: spent(onV1), v2: spent(onV2) }
}

const simulated = {
  ...{ runs: 300, strata: 300, stratum },
  rule: { alpha: 0.05, users: 500, isShare: false },
}

it('segments that vary by themselves and have shares of their own are judged by their own variance', () => {
  const wrong = missed({ ...simulated, kinds: 2 })
  assert.ok(wrong <= 0.08, `${wrong * 100} % were wrong`)
})

it('by one variance for all it would err too often', () => {
  const wrong = missed(simulated)
  assert.ok(wrong > 0.08, `only ${wrong * 100} % were wrong`)
})
