import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { UserDeed, UserRow } from '../../src/experiment/user.ts'
import { addDeed } from '../../src/fleet/stores/add-deed.ts'
import type { Character } from './store-contract.ts'

/** The promises of a store about users of experiments; run for both twins. */
export function userContract(character: Character): void {
  const { kind } = character

  test(`${kind}: what users did is added up by user, whoever tells it`, async t => {
    const place = await character.place(t)
    const [a, b] = [place.open(), place.open()]
    const at = 1_700_000_000_000
    const deed = (changes: Partial<UserDeed> = {}): UserDeed => ({
      ...{
        user: 'aa',
        part: 3,
        variant: 'v1',
        at,
        values: 1,
        sum: 2.5,
        stratum: 'a|b',
        admits: true,
      },
      ...changes,
    })
    assert.deepEqual(await a.addDeeds('run', 1000, [deed(), deed({ user: 'bb', part: 4 })]), [
      'first',
      'first',
    ])
    const more = [
      deed({ at: at + 1000 }),
      deed({ at: at + 1001 }),
      deed({ user: 'bb', part: 4, variant: 'v2' }),
      deed({ user: 'cc', variant: null }),
      deed({ user: 'cc', admits: false }),
      deed({ variant: null, sum: 0.1, admits: false }),
    ]
    assert.deepEqual(await b.addDeeds('run', 1000, more), [
      'added',
      'late',
      'crossed',
      'unknown',
      'not-sampled',
      'added',
    ])
    const seen = { variant: 'v1', firstAt: at, stratum: 'a|b' }
    assert.deepEqual(await a.usersOf('run', 3), [{ ...seen, values: 3, sum: 5.1, crossed: false }])
    assert.deepEqual(await a.usersOf('run', 4), [{ ...seen, values: 1, sum: 2.5, crossed: true }])
    assert.deepEqual(await a.usersOf('another', 3), [])
    await b.dropUsers('run', 8)
    assert.deepEqual(await a.usersOf('run', 3), [])
    assert.deepEqual(await a.addDeeds('run', 1000, []), [])
  })

  test(`${kind}: users are added up as the rule for one of them says`, async t => {
    const place = await character.place(t)
    const store = place.open()
    const at = 1_700_000_000_000
    const deed = fc.record({
      user: fc.constantFrom('a', 'b'),
      part: fc.constant(0),
      variant: fc.constantFrom('v1' as const, 'v2' as const, null),
      at: fc.integer({ min: at, max: at + 200 }),
      values: fc.integer({ min: 0, max: 3 }),
      sum: fc.double({ noNaN: true, min: -1e12, max: 1e12 }),
      stratum: fc.constantFrom('', 'x'),
      admits: fc.boolean(),
    })
    let run = 0
    await fc.assert(
      fc.asyncProperty(fc.array(deed, { minLength: 1, maxLength: 12 }), async deeds => {
        const name = `run/${++run}`
        const rows = new Map<string, UserRow>()
        const fates = deeds.map(each => {
          const { fate, row } = addDeed(rows.get(each.user) ?? null, each, 100)
          if (row !== null) rows.set(each.user, row)
          return fate
        })
        assert.deepEqual(await store.addDeeds(name, 100, deeds), fates)
        const order = (a: UserRow, b: UserRow) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1)
        assert.deepEqual(
          [...(await store.usersOf(name, 0))].sort(order),
          [...rows.values()].sort(order),
        )
      }),
      { numRuns: 100, seed: 7 },
    )
  })
}
