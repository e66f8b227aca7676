import assert from 'node:assert/strict'
import { test } from 'node:test'
import { areWithin, drilledWorkers, drillText } from '../../src/cli/drill/drill-report.ts'
import { latch } from '../fleet/store-states.ts'

const trip = latch({ flag: 'v2#drill', reason: 'drill', evidence: null })
const { since } = trip
const silent = { takenAt: null, lastV2At: null, msToLast: null }
const machines = [
  {
    machine: 'here',
    workers: [
      { pid: 1, takenAt: since + 1, lastV2At: since + 7, msToLast: 7 },
      { pid: 2, takenAt: since + 2, lastV2At: since - 10, msToLast: 0 },
      { pid: 3, takenAt: since + 3, lastV2At: since - 2001, msToLast: 0 },
    ],
  },
  {
    machine: 'there',
    // Its clock is behind ours.
    workers: [{ pid: 1, takenAt: since - 4, lastV2At: since - 9, msToLast: 0 }],
  },
]
const workers = drilledWorkers(trip, machines, {
  machine: 'here',
  pids: [1, 2],
  again: new Set([1]),
})

test('a drill is told by worker, with what cannot be said from here left open', () => {
  assert.deepEqual(
    drillText({
      flag: 'v2',
      withinMs: 100,
      isWithin: true,
      workers,
      traffic: { requests: 250, failed: 0 },
    }),
    [
      '  machine  worker  knew after  last V2 request      V2 again',
      '  here     1       1 ms        7 ms                 yes',
      '  here     2       2 ms        0 ms                 NOT YET',
      '  here     3       3 ms        no tester was there  –',
      '  there    1       0 ms        0 ms                 –',
      '  traffic: 250 requests, 0 failed',
      'every worker within 100 ms',
    ],
  )
})

test('every worker has to be within the time', () => {
  assert.equal(areWithin(workers, 7), true)
  assert.equal(areWithin(workers, 6), false, 'the last request of one is too late')
  const late = [
    { machine: 'here', workers: [{ ...silent, pid: 1, takenAt: since + 9, msToLast: 0 }] },
  ]
  assert.equal(areWithin(drilledWorkers(trip, late), 8), false)
})

test('a worker that is silent is not within, and no worker at all proves nothing', () => {
  const mute = [{ machine: 'here', workers: [{ pid: 9, ...silent }] }]
  const found = drilledWorkers(trip, mute)
  assert.equal(areWithin(found, 60_000), false)
  const report = { flag: 'v2', withinMs: 100, isWithin: false, workers: found, traffic: null }
  assert.match(drillText(report).join('\n'), /9 +silent +silent +–\nNOT every worker within 100 ms/)
  assert.equal(areWithin([], 60_000), false)
})
