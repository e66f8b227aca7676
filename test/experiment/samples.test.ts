import assert from 'node:assert/strict'
import { it } from 'node:test'
import { mostKept, sampledShare } from '../../src/experiment/sample.ts'
import { createWaitingUsers } from '../../src/pipeline/experiment-users.ts'

const shareWith = (known: number) => sampledShare({ v1: known, v2: 0 })

it('every user is taken in while half of the room is left, then every other, then every fourth', () => {
  assert.equal(shareWith(0), 1)
  assert.equal(shareWith(mostKept / 2 - 1), 1)
  assert.equal(shareWith(mostKept / 2), 0.5)
  assert.equal(shareWith((mostKept * 3) / 4), 0.25)
  assert.equal(shareWith(mostKept - 1), 2 ** -16)
  assert.equal(shareWith(mostKept), 0)
  assert.equal(shareWith(mostKept * 2), 0)
})

it('both variants have the share of the one that has less room', () => {
  assert.equal(sampledShare({ v1: 0, v2: (mostKept * 3) / 4 }), 0.25)
  assert.equal(sampledShare({ v1: mostKept / 2, v2: (mostKept * 3) / 4 }), 0.25)
})

it('whom V1 would not take in, V2 does not either: a share that is raised brings it nobody of them', () => {
  function takenIn(variant: 'v1' | 'v2'): readonly string[] {
    const waiting = createWaitingUsers({ hashOf: user => user, onFate: () => {} })
    const users = Array.from({ length: 50 }, (_, i) => {
      const user = ((i * 2 ** 32) / 50).toString(16).slice(0, 8).padStart(12, '0').padEnd(16, '0')
      return { user, variant, stratum: '', values: 0, sum: 0 }
    })
    waiting.saw({ experiment: 'conversion', users, leftOut: 0 }, 0)
    const { deeds } = waiting.take({ v1: (mostKept * 3) / 4, v2: 10 })
    return deeds.filter(({ admits }) => admits).map(({ user }) => user)
  }
  const onV2 = takenIn('v2')
  assert.ok(onV2.length > 0 && onV2.length < 25, `${onV2.length} of 50`)
  assert.deepEqual(onV2, takenIn('v1'))
})
