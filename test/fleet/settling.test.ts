import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createSettling } from '../../src/fleet/latch/settling.ts'
import type { PlaneStatus, WorkerLatch, WorkerProcessStatus } from '../../src/fleet/planes.ts'
import type { AuditNote } from '../../src/fleet/stores/audit-note.ts'
import { createManualClock } from '../support/manual-clock.ts'
import { settled as allIsDone } from './machines.ts'
import { latch } from './store-states.ts'

const since = 1_700_000_000_000
const trip = latch({ since })

function worker(pid: number, known: Partial<WorkerLatch> | null): PlaneStatus {
  const inForce = { state: trip, takenAt: since + 1, lastV2At: null, ...known }
  return {
    pid,
    configVersion: 'c1',
    flags: null,
    routes: [],
    latches: known === null ? [] : [inForce],
    websocketsOpen: { v1: 0, v2: 0 },
    shedding: null,
    rateLimits: null,
  }
}

const started = (pid: number, state: WorkerProcessStatus['state'] = 'ready') => {
  return { id: pid, pid, state, aliveMs: 60_000 }
}

/** A machine whose workers answer as `status` says. */
function machine(
  status: () => Promise<readonly PlaneStatus[]>,
  processes: readonly WorkerProcessStatus[] = [],
) {
  const clock = createManualClock(since)
  const audit: AuditNote[] = []
  const found: (number | null)[] = []
  const warnings: string[] = []
  const settling = createSettling({
    clock,
    machine: 'machine-a',
    planes: () => ({ status, processes: () => processes }),
    audit: note => audit.push(note),
    onSettled: (_, ms) => found.push(ms),
    log: { warn: (_, message) => warnings.push(message) },
  })
  return { clock, audit, found, warnings, settling }
}

test('two seconds after a trip each worker says when it last asked V2', async () => {
  const { clock, audit, found, settling } = machine(async () => [
    worker(11, { lastV2At: since + 7.6 }),
    worker(12, { lastV2At: since - 300, takenAt: since + 3 }),
    worker(13, {}),
  ])
  settling.onChange(trip)
  clock.advance(1999)
  await allIsDone()
  assert.deepEqual(audit, [])
  clock.advance(1)
  await allIsDone()
  assert.deepEqual(audit, [
    {
      event: 'latch-settled',
      who: 'machine-a',
      subject: 'v2_migration',
      why: 'v2_migration: the last V2 request started 8 ms after the trip (3 workers)',
      evidence: {
        version: 1,
        workers: [
          { pid: 11, takenAt: since + 1, lastV2At: since + 8, msToLast: 8 },
          { pid: 12, takenAt: since + 3, lastV2At: since - 300, msToLast: 0 },
          { pid: 13, takenAt: since + 1, lastV2At: null, msToLast: 0 },
        ],
      },
    },
  ])
  assert.deepEqual(found, [8])
  clock.advance(60_000)
  await allIsDone()
  assert.equal(audit.length, 1, 'it is said once')
})

test('a worker that is silent, or knows of no trip, is no worker without V2 requests', async () => {
  const older = { state: latch({ version: 0, state: 'open' }), lastV2At: since - 5 }
  const { clock, audit, found, settling } = machine(
    async () => [worker(11, {}), worker(12, older), worker(13, null)],
    [11, 12, 13, 14].map(pid => started(pid)).concat(started(15, 'starting')),
  )
  settling.onChange(trip)
  clock.advance(2000)
  await allIsDone()
  const nobodyKnows = { takenAt: null, lastV2At: null, msToLast: null }
  assert.deepEqual(audit[0]?.evidence, {
    version: 1,
    workers: [
      { pid: 11, takenAt: since + 1, lastV2At: null, msToLast: 0 },
      ...[12, 13, 14].map(pid => ({ pid, ...nobodyKnows })),
    ],
  })
  assert.equal(
    audit[0]?.why,
    'v2_migration: no V2 request started after the trip (4 workers, 3 of them silent)',
  )
  assert.deepEqual(found, [null])
})

for (const { change, later } of [
  { change: 'a resume', later: latch({ version: 2, state: 'open', since: since + 500 }) },
  { change: 'a trip that is long over', later: latch({ version: 2, since: since - 30_001 }) },
]) {
  test(`${change} ends the waiting, and nothing is said of it`, async () => {
    const { clock, audit, settling } = machine(async () => [worker(11, {})])
    settling.onChange(trip)
    clock.advance(500)
    settling.onChange(later)
    clock.advance(60_000)
    await allIsDone()
    assert.deepEqual(audit, [])
  })
}

test('of two flags that tripped together each has its own requests', async () => {
  const own = worker(11, { lastV2At: since + 7 })
  const other = worker(11, { state: latch({ since, flag: 'search' }), lastV2At: since + 900 })
  const both = { ...own, latches: [...other.latches, ...own.latches] }
  const { clock, found, settling } = machine(async () => [both])
  settling.onChange(trip)
  clock.advance(2000)
  await allIsDone()
  assert.deepEqual(found, [7])
})

test('of two trips in a row the later one is told, each flag for itself', async () => {
  const { clock, audit, settling } = machine(async () => [])
  settling.onChange(trip)
  settling.onChange(latch({ flag: 'v2_migration#drill', since, reason: 'drill' }))
  clock.advance(1500)
  settling.onChange(latch({ version: 2, since: since + 1500 }))
  clock.advance(2000)
  await allIsDone()
  assert.deepEqual(
    audit.map(({ subject, evidence }) => [subject, (evidence as { version: number }).version]),
    [
      ['v2_migration#drill', 1],
      ['v2_migration', 2],
    ],
  )
})

test('workers that cannot be asked are a warning, and closing says no more', async () => {
  const { clock, audit, warnings, settling } = machine(() => Promise.reject(new Error('gone')))
  settling.onChange(trip)
  clock.advance(2000)
  await allIsDone()
  assert.deepEqual(warnings, ['cannot say how fast the switch back was'])
  settling.onChange(latch({ version: 2, since: clock.now() }))
  settling.close()
  clock.advance(2000)
  await allIsDone()
  assert.equal(warnings.length, 1)
  assert.deepEqual(audit, [])
})
