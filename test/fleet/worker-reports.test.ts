import assert from 'node:assert/strict'
import { test } from 'node:test'
import { mostSeries } from '../../src/fleet/workers/held-counts.ts'
import { mostHeld } from '../../src/fleet/workers/held-differences.ts'
import type { FromWorker } from '../../src/fleet/workers/worker-messages.ts'
import { createWorkerReports } from '../../src/fleet/workers/worker-reports.ts'
import { neverTripped } from '../../src/guard/latch-state.ts'
import { compared, report, value } from '../shadow/summed.ts'

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

test('refusals are added up likewise, and no more clients are held than fit', () => {
  const { sent, read, reports } = slowChannel()
  reports.refused({ probing: 1, 'probing 192.0.2.1': 1 })
  reports.refused({ probing: 2, 'probing 192.0.2.1': 2 })
  reports.refused({ probing: 1, 'probing 192.0.2.1': 1 })
  for (let i = 0; i < mostSeries; i++) reports.refused({ probing: 1, [`probing 2001:db8:${i}`]: 1 })
  read()
  assert.equal(sent.length, 2)
  const counts = sent[1]?.type === 'refusals' ? sent[1].counts : {}
  assert.equal(counts.probing, 3 + mostSeries)
  assert.equal(counts['probing 192.0.2.1'], 3)
  assert.equal(Object.keys(counts).length, mostSeries)
})

test('a trip waits for no report', () => {
  const { sent, reports } = slowChannel()
  reports.counted({ bad: 1 })
  reports.counted({ bad: 1 })
  const state = { ...neverTripped('match'), state: 'tripped' as const, version: 1 }
  reports.tripped(state)
  assert.deepEqual(sent.slice(1), [{ type: 'tripped', state }])
})

test('what was compared waits for a primary that does not read, and goes as one report', () => {
  const { sent, read, reports } = slowChannel()
  const one = report({ shadow: compared(3, [1, value('/price')]) })
  const other = report({ route: 'other', noise: compared(2) })
  reports.compared([one])
  reports.compared([other])
  reports.compared([one, other])
  assert.deepEqual(sent, [{ type: 'compared', report: [one] }])
  read()
  assert.deepEqual(sent.slice(1), [{ type: 'compared', report: [other, one, other] }])
  read()
  assert.equal(sent.length, 2)
  reports.compared([one])
  assert.equal(sent.length, 3)
})

test('what there is no room for is told as not compared', () => {
  const { sent, read, reports } = slowChannel()
  reports.compared([])
  const shadow = { ...compared(3, [1, value('/price')]), notCompared: { 'too-deep': 1 } }
  const lost = report({ shadow, noise: compared(1) })
  reports.compared([lost])
  reports.compared([lost])
  const kept = report({ shadow: compared(5) })
  for (let i = 0; i < mostHeld; i++) reports.compared([kept])
  read()
  const told = sent[1]?.type === 'compared' ? sent[1].report : []
  assert.equal(told.length, 1 + mostHeld)
  assert.deepEqual(told[0], {
    ...report({}),
    shadow: { ...compared(0), notCompared: { 'too-deep': 2, busy: 6 } },
    noise: { ...compared(0), notCompared: { busy: 2 } },
  })
  assert.ok(told.slice(1).every(each => each === kept))
})

test('what variants did is added up by route and variant, and goes as one report', () => {
  const { sent, read, reports } = slowChannel()
  const one = { route: 'match', variant: 'v1', fallbacks: 0 } as const
  reports.did([{ ...one, requests: 1, errors: 0, steps: [7, 1] }])
  reports.did([{ ...one, requests: 2, errors: 1, steps: [5, 1, 7, 1] }])
  reports.did([
    { ...one, requests: 1, errors: 0, steps: [7, 1] },
    { ...one, variant: 'v2', requests: 1, errors: 1, steps: [] },
  ])
  read()
  assert.deepEqual(sent.slice(1), [
    {
      type: 'did',
      report: [
        { ...one, requests: 3, errors: 1, steps: [5, 1, 7, 2] },
        { ...one, variant: 'v2', requests: 1, errors: 1, steps: [] },
      ],
    },
  ])
  read()
  assert.equal(sent.length, 2)
})
