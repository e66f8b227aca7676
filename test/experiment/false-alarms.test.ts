import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { createRandom } from '../../src/cli/demo/random.ts'
import { addSums, noUsers } from '../../src/experiment/sums.ts'
import { missed, sumsOf, usersAt } from './simulated-users.ts'

const runs = 1000
const share = { alpha: 0.05, users: 2000, isShare: true }

/** Of 1,000 runs at exactly 5 % more than 72 are wrong with a chance of 1 in 1,000. */
function assertRare(wrong: number): void {
  assert.ok(wrong <= 0.072, `${wrong * 100} % of the experiments were wrong at some look`)
}

describe('an interval that is looked at after every batch of users', () => {
  for (const [rate, v1, v2] of [
    [0.5, 10, 10],
    [0.1, 10, 10],
    [0.1, 40, 4],
    [0.02, 40, 4],
    [0.005, 40, 4],
    [0.999, 40, 4],
  ] as const) {
    it(`rarely ever misses a true difference of 0, at ${rate} with ${v1} users on V1 for ${v2} on V2`, () => {
      const stratum = (_: number, chance: () => number) => ({
        v1: usersAt(rate, v1, chance),
        v2: usersAt(rate, v2, chance),
      })
      assertRare(missed({ runs, strata: 300, stratum, rule: share }))
    })
  }

  it('rarely ever misses a true difference that is not 0', () => {
    const stratum = (_: number, chance: () => number) => ({
      v1: usersAt(0.1, 12, chance),
      v2: usersAt(0.16, 8, chance),
    })
    assertRare(missed({ runs, strata: 300, stratum, rule: share }, 0.06))
  })

  it('rarely ever misses where it goes on for a hundred times as many users as were planned', () => {
    const stratum = (_: number, chance: () => number) => ({
      v1: usersAt(0.5, 10, chance),
      v2: usersAt(0.5, 10, chance),
    })
    const rule = { alpha: 0.05, users: 100, isShare: true }
    assertRare(missed({ runs, strata: 1000, stratum, rule }))
  })

  it('rarely ever misses where most users spend nothing and a few much', () => {
    const spent = (users: number, chance: () => number) =>
      sumsOf(Array.from({ length: users }, () => (chance() < 0.1 ? chance() ** -0.3 : 0)))
    const stratum = (_: number, chance: () => number) => ({
      v1: spent(12, chance),
      v2: spent(8, chance),
    })
    const rule = { alpha: 0.05, users: 2000, isShare: false }
    assertRare(missed({ runs, strata: 300, stratum, rule }))
  })

  it('would be wrong in a third of them and more, were it 1.96 standard errors at each look', () => {
    let wrong = 0
    for (let run = 1; run <= 200; run++) {
      const chance = createRandom(104_729 * run)
      let [v1, v2] = [noUsers, noUsers]
      let isWrong = false
      for (let at = 0; at < 1000; at++) {
        v1 = addSums(v1, usersAt(0.5, 10, chance))
        v2 = addSums(v2, usersAt(0.5, 10, chance))
        const error = Math.sqrt(0.25 / v1.users + 0.25 / v2.users)
        if (Math.abs(v2.sum / v2.users - v1.sum / v1.users) > 1.96 * error) isWrong = true
      }
      if (isWrong) wrong++
    }
    assert.ok(wrong > 70, `only ${wrong} of 200 were wrong`)
  })
})
