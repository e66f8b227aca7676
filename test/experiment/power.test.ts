import assert from 'node:assert/strict'
import { it } from 'node:test'
import { firstLooks, usersAt } from './simulated-users.ts'

/** Users of each variant until V2 is known to be worse, in most of 200 runs; 100 users in a stratum. */
function usersUntilKnown(v1: number, v2: number): number {
  const found = firstLooks(
    {
      runs: 200,
      strata: 400,
      stratum: (_, chance) => ({ v1: usersAt(v1, 50, chance), v2: usersAt(v2, 50, chance) }),
      rule: { alpha: 0.05, users: 10_000, isShare: true },
    },
    ({ high }) => high < 0,
  ).map(at => (at ?? Number.POSITIVE_INFINITY) * 50)
  return found.sort((a, b) => a - b)[100] as number
}

const within = (figure: number, aim: number) =>
  assert.ok(figure <= aim * 1.3 && figure >= aim / 1.3, `${figure} must be near ${aim}`)

it('a conversion that falls from 10 % to 8 % is known to be worse after about 3,700 users of each', () =>
  within(usersUntilKnown(0.1, 0.08), 3700))

it('one that falls from 10 % to 5 % is known after about 950', () =>
  within(usersUntilKnown(0.1, 0.05), 950))
