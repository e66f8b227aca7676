import assert from 'node:assert/strict'
import { it } from 'node:test'
import { mostKept, sampledShare } from '../../src/experiment/sample.ts'

it('every user is taken in while half of the room is left, then every other, then every fourth', () => {
  assert.equal(sampledShare(0), 1)
  assert.equal(sampledShare(mostKept / 2 - 1), 1)
  assert.equal(sampledShare(mostKept / 2), 0.5)
  assert.equal(sampledShare((mostKept * 3) / 4), 0.25)
  assert.equal(sampledShare(mostKept - 1), 2 ** -16)
  assert.equal(sampledShare(mostKept), 0)
  assert.equal(sampledShare(mostKept * 2), 0)
})
