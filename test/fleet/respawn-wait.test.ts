import assert from 'node:assert/strict'
import { test } from 'node:test'
import { respawnWait } from '../../src/fleet/workers/respawn-wait.ts'

test('waits double while workers die young, up to a limit', () => {
  const waits: number[] = []
  for (let before = 0; waits.length < 9; waits.push(before)) before = respawnWait(before, 29_999)
  assert.deepEqual(waits, [100, 200, 400, 800, 1600, 3200, 6400, 10_000, 10_000])
})

test('a worker that lived for half a minute begins a new row', () => {
  assert.equal(respawnWait(10_000, 30_000), 100)
})
