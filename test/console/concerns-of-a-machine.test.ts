import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ShownStatus } from '../../src/admin/answers/status-answers.ts'
import { concernsOf } from '../../src/console/health/concerns.ts'
import { seenOrigins } from '../../src/console/health/origins.ts'
import { originsInShort } from '../../src/console/overview/origins-in-short.ts'

const at = Date.UTC(2026, 10, 21, 3, 12)

type Worker = ShownStatus['workers'][number]
type Origin = Worker['routes'][number]['v1'][number]

const origin: Origin = {
  origin: 'http://10.0.0.1:5070',
  inFlight: 3,
  health: 'healthy',
  lastCheck: 'GET /healthz answered 200',
  ejected: false,
  breaker: 'closed',
}

const workerWith = (pid: number, v2: Partial<Origin> = {}, more: Partial<Worker> = {}): Worker => ({
  pid,
  configVersion: 'c1',
  flags: null,
  routes: [
    {
      route: 'match',
      flag: 'v2',
      knownBy: { user: true, properties: [], stickyKey: ['user'] },
      v1: [{ ...origin, origin: 'http://10.0.0.1:5062' }],
      v2: [{ ...origin, ...v2 }],
      places: { requests: null, websockets: null },
      shadow: null,
    },
  ],
  latches: [],
  websocketsOpen: { v1: 0, v2: 0 },
  shedding: null,
  rateLimits: 'redis',
  ...more,
})

const well: ShownStatus = {
  machine: 'gw-1',
  at,
  ready: true,
  config: { version: 'c1', error: null },
  overloads: [],
  certificates: [],
  security: { lasting: [], ended: [] },
  stores: { local: { up: true, since: at, error: null }, shared: null, leads: null },
  revocations: { entries: 0, limit: 1000, waiting: false },
  ...{
    latches: [],
    verdicts: [],
    gates: [],
    rollouts: [],
    experiments: [],
    shadows: [],
    processes: [],
  },
  workers: [workerWith(1), workerWith(2)],
}

const told = (change: Partial<ShownStatus>) => concernsOf({ ...well, ...change })

test('a machine that is well gives no cause for concern', () => {
  assert.deepEqual(concernsOf(well), [])
})

test('an origin that rests in one worker is told with what each worker says, before the good ones', () => {
  const workers = [
    workerWith(1, { ejected: true, breaker: 'open', health: 'unhealthy', lastCheck: 'no answer' }),
    workerWith(2),
  ]
  assert.deepEqual(told({ workers }), [
    'V2 of match, http://10.0.0.1:5070: unhealthy, resting in 1 of 2, healthy in 1 of 2, breaker open in 1 of 2, closed in 1 of 2 (no answer).',
  ])
  const [first, second] = seenOrigins(workers)
  assert.deepEqual([first?.variant, first?.isBad, first?.inFlight], ['v2', true, 6])
  assert.deepEqual([second?.variant, second?.isBad, second?.health], ['v1', false, 'healthy'])
})

for (const [why, v2] of [
  ['fails its checks', { health: 'unhealthy' }],
  ['rests', { ejected: true }],
  ['has an open breaker', { breaker: 'open' }],
  ['has a breaker that only tries', { breaker: 'half-open' }],
] as const) {
  test(`an origin that ${why} is a cause for concern by that alone`, () => {
    assert.equal(told({ workers: [workerWith(1, v2)] }).length, 1)
  })
}

test('workers that are silent, hang or serve an older configuration are told', () => {
  assert.deepEqual(told({ workers: [] }), ['No worker answers.'])
  const process = { id: 0, aliveMs: 9000, state: 'ready' } as const
  const processes = [
    { ...process, pid: 1 },
    { ...process, pid: 2, state: 'unresponsive' } as const,
    { ...process, pid: 3 },
  ]
  const workers = [workerWith(1, {}, { configVersion: 'c0' })]
  assert.deepEqual(told({ workers, processes }), [
    'Worker 2 is unresponsive.',
    'Worker 3 did not answer.',
    'Worker 1 still serves configuration c0.',
  ])
})

test('rate limits without Redis, and flags that are not renewed, are told', () => {
  const flags = {
    kind: 'unleash',
    ready: true,
    from: 'backup',
    lastUpdated: at - 60_000,
    failure: 'connect ECONNREFUSED',
    stream: 'broken',
    flags: [],
  } as const
  const alike = [1, 2].map(pid => workerWith(pid, {}, { flags }))
  assert.deepEqual(told({ workers: alike }), [
    'Unleash does not answer; flags are held from the backup: connect ECONNREFUSED.',
  ])
  assert.deepEqual(told({ workers: [workerWith(1, {}, { rateLimits: 'floor' })] }), [
    'Rate limits of worker 1: Redis is out of reach: half a share for each worker.',
  ])
})

test('a store that is down is told with its reason, the shared one with what follows', () => {
  const down = { up: false, since: at, error: 'ECONNREFUSED' }
  const texts = told({ stores: { local: down, shared: down, leads: false } })
  assert.match(texts[0] ?? '', /^The store of this machine is down since .* \(ECONNREFUSED\)\.$/)
  assert.match(texts[1] ?? '', /^The shared store is down .*: this machine guards alone\.$/)
})

test('certificates are told before they expire, and after', () => {
  const day = 86_400_000
  const certificate = { shownTo: 'clients', file: '/a.pem', names: ['a.test'] } as const
  const certificates = [
    { ...certificate, expiresAt: at + 90 * day, state: 'good' } as const,
    { ...certificate, expiresAt: at + 3 * day, state: 'expiring' } as const,
    { ...certificate, expiresAt: at - 2 * day, state: 'expired' } as const,
  ]
  assert.deepEqual(told({ certificates }), [
    'The certificate for clients expires in 3 d: /a.pem.',
    'The certificate for clients expired 2 d ago: /a.pem.',
  ])
})

test('room for revocations is told when nine tenths are taken', () => {
  const room = { limit: 1000, waiting: false }
  assert.deepEqual(told({ revocations: { ...room, entries: 899 } }), [])
  assert.deepEqual(told({ revocations: { ...room, entries: 900 } }), [
    'Room for revoked tokens is nearly taken: 900 of 1,000.',
  ])
  assert.deepEqual(told({ revocations: { ...room, entries: 1000, waiting: true } }), [
    'There is no room for more revoked tokens, and more wait.',
  ])
})

test('what is refused, full or attacked is told', () => {
  const config = { version: 'c1', error: 'routes/a.yaml:1:1 must be …' }
  const event = { client: '10.0.0.9', since: at - 60_000, lastAt: at, refusals: 1500, from: 1000 }
  assert.deepEqual(
    told({
      ...{ ready: false, config, overloads: ['worker 1 is full on match'] },
      security: { lasting: [{ ...event, kind: 'probing', withinMs: 10_000 }], ended: [] },
    }),
    [
      'It is not ready: load balancers are told to look away.',
      'No room: worker 1 is full on match.',
      'The files on disk are refused: configuration c1 stays in force.',
      'Security event probing of 10.0.0.9: 1,500 refusals in 60 s.',
    ],
  )
})

test('the overview names origins that fail, a few of them at most, and none where all are well', () => {
  assert.deepEqual(originsInShort({ workers: [workerWith(1)] }), [])
  const failing = (i: number): Origin => ({
    ...origin,
    origin: `http://10.0.0.${i}:5070`,
    breaker: 'open',
  })
  const worker = workerWith(1)
  const [route] = worker.routes as [Worker['routes'][number]]
  const withFailing = (count: number) => {
    const v1 = Array.from({ length: count }, (_, i) => failing(i + 1))
    return { workers: [{ ...worker, routes: [{ ...route, v1 }] }] }
  }
  assert.deepEqual(originsInShort(withFailing(1)), [
    'V1 of match, http://10.0.0.1:5070: healthy, breaker open.',
  ])
  assert.equal(originsInShort(withFailing(4)).length, 4)
  assert.equal(originsInShort(withFailing(5)).length, 4)
  assert.equal(originsInShort(withFailing(5)).at(-1), '2 more origins fail or rest.')
})
