import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { FromWorker } from '../../src/fleet/workers/worker-messages.ts'
import { createWorkerReports } from '../../src/fleet/workers/worker-reports.ts'
import { neverTripped } from '../../src/guard/latch-state.ts'

/** A channel whose reader is as slow as the test. */
function slowChannel() {
  const sent: FromWorker[] = []
  const waiting: (() => void)[] = []
  return {
    sent,
    /** The reader takes one report. */
    read: () => waiting.shift()?.(),
    reports: createWorkerReports({
      send(message, through) {
        sent.push(message)
        if (through !== undefined) waiting.push(through)
      },
    }),
  }
}

test('counts are added up while the primary does not read, and none is lost', () => {
  const { sent, read, reports } = slowChannel()
  for (let times = 0; times < 5; times++) reports.counted({ bad: 1, all: 2 })
  assert.deepEqual(sent, [{ type: 'counted', counts: { bad: 1, all: 2 } }])
  read()
  assert.deepEqual(sent.slice(1), [{ type: 'counted', counts: { bad: 4, all: 8 } }])
  read()
  assert.equal(sent.length, 2)
  reports.counted({ all: 1 })
  assert.deepEqual(sent.slice(2), [{ type: 'counted', counts: { all: 1 } }])
})

test('a trip waits for no report', () => {
  const { sent, reports } = slowChannel()
  reports.counted({ bad: 1 })
  reports.counted({ bad: 1 })
  const state = { ...neverTripped('match'), state: 'tripped' as const, version: 1 }
  reports.tripped(state)
  assert.deepEqual(sent.slice(1), [{ type: 'tripped', state }])
})
