import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isKept } from '../../bench/failover/figure.ts'
import { logEventOf } from '../../bench/failover/gateway-log.ts'
import { tripFigures } from '../../bench/failover/trip-figures.ts'
import { lastStartAfter, tripOf } from '../../bench/failover/trips.ts'

const at = (ms: number) => new Date(ms).toISOString()

function requestLine(ms: number, worker: number, requestId: string, more: object): string {
  return JSON.stringify({ time: at(ms), worker, requestId, ...more, msg: 'request' })
}

function switchedBack(ms: number, worker: number): string {
  const msg = 'switched back: all traffic to V1'
  return JSON.stringify({ level: 'warn', time: at(ms), worker, msg })
}

const failed = { variant: 'v2', upstreamStatus: 500, status: 500 }
const fellBack = { variant: 'v2', fallback: 'v2-error', upstreamStatus: 200, v2: failed }

test('a log line tells whether V2 failed, whoever answered in the end', () => {
  const tells = (more: object) => {
    const event = logEventOf(requestLine(5, 1, 'a', more))
    return event?.type === 'request' && event.v2Failed
  }
  assert.equal(tells(failed), true)
  assert.equal(tells(fellBack), true)
  assert.equal(tells({ variant: 'v2', upstreamStatus: 0, fault: 'unreachable' }), true)
  assert.equal(tells({ variant: 'v2', upstreamStatus: 404 }), false)
  assert.equal(tells({ variant: 'v1', upstreamStatus: 500 }), false)
  // A breaker stood in the way: V2 was not asked.
  assert.equal(tells({ variant: 'v2', upstreamStatus: 200, v2: { unavailable: 'x' } }), false)
})

test('a worker that begins to serve is told, and is no trip', () => {
  const line = JSON.stringify({ time: at(7), worker: 3, pid: 9, event: 'serves', msg: 'x' })
  const event = logEventOf(line)
  assert.deepEqual(event, { type: 'serves', at: 7, worker: 3 })
  assert.equal(tripOf(event === null ? [] : [event], [], 0).at, null)
})

test('lines that were cut short or are for people tell nothing', () => {
  assert.equal(logEventOf('{"time":"2026-'), null)
  assert.equal(logEventOf('switchback serves /tmp'), null)
  assert.equal(logEventOf(JSON.stringify({ time: at(1), msg: 'flags changed' })), null)
})

test('what V2 was asked is counted for each worker until that worker switched back', () => {
  const log = [
    requestLine(90, 1, 'before', { variant: 'v2', upstreamStatus: 200 }),
    requestLine(111, 1, 'a', fellBack),
    requestLine(112, 2, 'b', failed),
    requestLine(121, 1, 'c', fellBack),
    switchedBack(121, 1),
    switchedBack(123, 2),
    requestLine(131, 2, 'd', fellBack),
    requestLine(140, 1, 'e', { variant: 'v1', upstreamStatus: 200 }),
  ]
  const arrival = (ms: number, id: string) => ({ at: ms, behaviour: '500', method: 'GET', id })
  const v2 = [
    { ...arrival(80, 'before'), behaviour: 'ok' },
    arrival(110, 'a'),
    arrival(111, 'b'),
    arrival(120, 'c'),
    arrival(130, 'd'),
  ] as const
  const events = log.flatMap(line => logEventOf(line) ?? [])
  assert.deepEqual(tripOf(events, v2 as never, 100), {
    firstFailureAt: 110,
    at: 121,
    workers: [
      { worker: 1, at: 121, asked: 2, lastArrivalAt: 120 },
      { worker: 2, at: 123, asked: 1, lastArrivalAt: 130 },
    ],
  })
})

test('a V2 that is dead is counted by what the log says of it', () => {
  const log = [requestLine(111, 0, 'a', fellBack), switchedBack(112, 0)]
  const trip = tripOf(
    log.flatMap(line => logEventOf(line) ?? []),
    [],
    100,
  )
  assert.equal(trip.firstFailureAt, 111)
  assert.deepEqual(trip.workers, [{ worker: 0, at: 112, asked: 1, lastArrivalAt: null }])
})

test('a worker that nobody can tell is held to its own trip, others to the first', () => {
  const workers = [
    { worker: 1, at: 100, asked: 4, lastArrivalAt: 99 },
    { worker: 2, at: 190, asked: 4, lastArrivalAt: 193 },
  ]
  const trip = { firstFailureAt: 90, at: 100, workers }
  const last = (isAlone: boolean) =>
    tripFigures(trip, { workers: 2, faultAt: 80, isAlone }).find(({ what }) =>
      what.includes('last arrival'),
    )?.value
  assert.equal(last(false), 93)
  assert.equal(last(true), 3)
})

test('a trip before the fault and a worker that never trips break their promises', () => {
  const workers = [{ worker: 1, at: 70, asked: 0, lastArrivalAt: null }]
  const figures = tripFigures(
    { firstFailureAt: null, at: 70, workers },
    { workers: 2, faultAt: 80 },
  )
  const broken = figures.filter(figure => isKept(figure) === false).map(({ what }) => what)
  assert.deepEqual(broken, ['trips of a V2 that was well', 'workers that did not trip'])
})

test('the last start to V2 is told only when every worker has tripped', () => {
  const latch = (since: number, lastV2At: number | null, state = 'tripped') => ({
    pid: 1,
    rateLimits: null,
    latches: [{ state: { flag: 'f', state, since }, takenAt: since, lastV2At }],
  })
  assert.equal(lastStartAfter({ workers: [latch(100, 99), latch(102, 107)] }, 'f'), 7)
  assert.equal(lastStartAfter({ workers: [latch(100, null)] }, 'f'), 0)
  assert.equal(lastStartAfter({ workers: [latch(100, 99), latch(0, 107, 'open')] }, 'f'), null)
  assert.equal(lastStartAfter({ workers: [latch(100, 99)] }, 'another'), null)
  assert.equal(lastStartAfter(null, 'f'), null)
})
