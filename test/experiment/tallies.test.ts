import assert from 'node:assert/strict'
import { it } from 'node:test'
import { createUserTally, mostUsers } from '../../src/experiment/user-tally.ts'
import { createHeldUsers, mostHeldUsers } from '../../src/fleet/workers/held-users.ts'

it('a worker adds up what each user did, and tells it once', () => {
  const tally = createUserTally('conversion')
  tally.saw('anna', 'v1', '', null)
  tally.saw('anna', 'v1', '', 2)
  tally.saw('anna', 'v1', '', 3)
  tally.saw('anna', 'v2', '', null)
  assert.deepEqual(tally.take(), [
    {
      experiment: 'conversion',
      users: [
        { user: 'anna', variant: 'v1', stratum: '', values: 2, sum: 5 },
        { user: 'anna', variant: 'v2', stratum: '', values: 0, sum: 0 },
      ],
      leftOut: 0,
    },
  ])
  assert.deepEqual(tally.take(), [])
})

it('users beyond the room for them are counted, those that are known go on', () => {
  const tally = createUserTally('conversion')
  for (let i = 0; i < mostUsers; i++) tally.saw(`user-${i}`, 'v1', '', null)
  tally.saw('one-more', 'v1', '', null)
  tally.saw('user-0', 'v1', '', 1)
  tally.saw('x'.repeat(513), 'v1', '', 1)
  const [report] = tally.take()
  assert.equal(report?.leftOut, 2)
  assert.equal(report?.users[0]?.values, 1)
})

it('while the primary does not read they wait, as many as there is room for; the others are counted', () => {
  const held = createHeldUsers()
  const users = Array.from({ length: mostHeldUsers }, (_, i) => {
    return { user: `u${i}`, variant: 'v1', stratum: '', values: 0, sum: 0 } as const
  })
  held.add([{ experiment: 'conversion', users, leftOut: 0 }])
  held.add([{ experiment: 'conversion', users: users.slice(0, 3), leftOut: 4 }])
  const taken = held.take()
  assert.deepEqual(
    taken.map(each => [each.users.length, each.leftOut]),
    [
      [mostHeldUsers, 0],
      [0, 7],
    ],
  )
  assert.deepEqual(held.take(), [])
})
