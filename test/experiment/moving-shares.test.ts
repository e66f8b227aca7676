import assert from 'node:assert/strict'
import { it } from 'node:test'
import { createRandom } from '../../src/cli/demo/random.ts'
import { intervalOf } from '../../src/experiment/interval.ts'
import { addStratum, addSums, nothingYet, noUsers } from '../../src/experiment/sums.ts'
import { type Chance, missed, usersAt } from './simulated-users.ts'

/** A rollout of 10, 25 and 50 % while the season takes everybody's rate from 5 % to 35 %. */
function stratum(at: number, chance: Chance) {
  const onV2 = at < 100 ? 2 : at < 200 ? 5 : 10
  const rate = 0.05 + (0.3 * at) / 300
  return { v1: usersAt(rate, 20 - onV2, chance), v2: usersAt(rate, onV2, chance) }
}

const rule = { alpha: 0.05, users: 2000, isShare: true }

it('users are held against those of the same time, so that a share that moves is no difference', () => {
  const wrong = missed({ runs: 1000, strata: 300, stratum, rule })
  assert.ok(wrong <= 0.072, `${wrong * 100} % were wrong`)
})

it('all users of V1 against all of V2 would call a V2 better that has the later ones', () => {
  let mistaken = 0
  for (let run = 1; run <= 100; run++) {
    const chance = createRandom(run)
    let all = { v1: noUsers, v2: noUsers }
    for (let at = 0; at < 300; at++) {
      const next = stratum(at, chance)
      all = { v1: addSums(all.v1, next.v1), v2: addSums(all.v2, next.v2) }
    }
    const interval = intervalOf([addStratum(nothingYet, all)], rule)
    if (interval !== null && interval.low > 0) mistaken++
  }
  assert.ok(mistaken > 50, `only ${mistaken} of 100`)
})

it('users with nobody of the other variant beside them are counted and left out', () => {
  const lonely = { v1: usersAt(0.5, 70, createRandom(1)), v2: noUsers }
  const totals = addStratum(nothingYet, lonely)
  assert.deepEqual(totals.alone, { v1: 70, v2: 0 })
  assert.deepEqual({ ...totals, alone: nothingYet.alone }, nothingYet)
})
