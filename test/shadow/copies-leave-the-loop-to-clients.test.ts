import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createRandom } from '../../src/cli/demo/random.ts'
import { Headroom, watchLoopLoad } from '../../src/shadow/headroom.ts'
import { createManualClock } from '../support/manual-clock.ts'
import { startMirror } from './mirror-parts.ts'

const periodMs = 250

/** Copies for which there is room, of so many. */
function roomOf(headroom: Headroom, of = 1000): number {
  let room = 0
  for (let i = 0; i < of; i++) if (headroom.has()) room++
  return room
}

function headroomOf(maxLoad: number): Headroom {
  return new Headroom(maxLoad, createRandom(7))
}

test('there is room for every copy while the loop is no busier than it may be', () => {
  const headroom = headroomOf(0.7)
  for (let i = 0; i < 10; i++) headroom.look(0.7)
  assert.equal(roomOf(headroom), 1000)
})

test('the share of copies halves with each period that is busier, down to none', () => {
  const headroom = headroomOf(0.7)
  const rooms: number[] = []
  for (let i = 0; i < 6; i++) {
    headroom.look(0.71)
    rooms.push(roomOf(headroom, 10_000) / 10_000)
  }
  const expected = [1 / 2, 1 / 4, 1 / 8, 1 / 16, 0, 0]
  for (const [i, share] of expected.entries()) {
    assert.ok(Math.abs((rooms[i] as number) - share) < 0.02, `period ${i + 1}: ${rooms[i]}`)
  }
  assert.equal(rooms.at(-1), 0)
})

test('it rises evenly once there is room again, until every copy is made', () => {
  const headroom = headroomOf(0.7)
  for (let i = 0; i < 9; i++) headroom.look(1)
  assert.equal(roomOf(headroom), 0)
  for (let i = 0; i < 8; i++) headroom.look(0.2)
  assert.ok(Math.abs(roomOf(headroom, 10_000) / 10_000 - 0.5) < 0.02)
  for (let i = 0; i < 8; i++) headroom.look(0.2)
  assert.equal(roomOf(headroom), 1000)
})

test('at 100% a loop may be as busy as it likes', () => {
  const headroom = headroomOf(1)
  for (let i = 0; i < 9; i++) headroom.look(1)
  assert.equal(roomOf(headroom), 1000)
})

test('the load of a period is the part of it in which the loop was not idle', () => {
  const manual = createManualClock()
  let idle = 0
  const loads: number[] = []
  const stop = watchLoopLoad({ ...manual, idle: () => idle }, load => loads.push(load))
  for (const idleMs of [250, 0, 100]) {
    idle += idleMs
    manual.advance(periodMs)
  }
  stop()
  manual.advance(periodMs)
  assert.deepEqual(loads, [0, 1, 0.6])
})

test('a request for which there is no room is eligible, dropped for that reason and not listened to', async t => {
  const { mirror, account, limits } = await startMirror(t, { maxLoad: 0.5 })
  const request = { method: 'GET', bodyLength: 0, headers: [] }
  for (let i = 0; i < 9; i++) limits.headroom.look(0.9)
  assert.equal(mirror.mirror(request as never, 'v1'), null)
  assert.deepEqual(account.shadow, {
    eligible: 1,
    sent: 0,
    dropped: { 'loop-busy': 1 },
    failed: {},
  })
})
