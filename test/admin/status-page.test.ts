import assert from 'node:assert/strict'
import { test } from 'node:test'
import { latch } from '../fleet/store-states.ts'
import { startAdmin } from './admin-parts.ts'

const worker = {
  pid: 77,
  configVersion: 'c1',
  flags: null,
  latches: [],
  websocketsOpen: { v1: 0, v2: 0 },
  shedding: null,
  rateLimits: null,
}
const origin = {
  inFlight: 3,
  health: 'unhealthy',
  lastCheck: 'GET /healthz answered 503',
  ejected: true,
  breaker: 'open',
} as const

test('the page shows latches, verdicts, origins and stores, as they are at that moment', async t => {
  const { ask, keeper, shown } = await startAdmin(t)
  keeper.trip(latch())
  shown.overloads = ['worker 77 is full on match: 64 requests of at most 64']
  shown.certificates = [
    {
      shownTo: 'clients',
      file: '/tls/a.pem',
      names: ['a.test'],
      expiresAt: 1_700_000_000_000,
      state: 'expired',
    },
  ]
  shown.security = {
    lasting: [
      {
        kind: 'probing',
        client: null,
        since: 0,
        lastAt: 1000,
        refusals: 1500,
        from: 1000,
        withinMs: 10_000,
      },
    ],
    ended: [],
  }
  shown.verdicts = [
    {
      route: 'match',
      flag: 'v2_migration',
      budget: 'errors max 1%',
      scope: null,
      verdict: 'not-yet',
      text: '12 more requests',
      dryRun: true,
    },
  ]
  shown.workers = [
    {
      ...worker,
      routes: [
        {
          route: 'match',
          flag: 'v2_migration',
          v1: [],
          v2: [{ ...origin, origin: 'http://10.0.0.1:5070' }],
          knownBy: { user: true, properties: [], stickyKey: ['user', 'cookie'] },
          places: { requests: null, websockets: null },
          shadow: null,
        },
      ],
    },
  ]
  const { status, text, headers } = await ask('GET', '/plain')
  assert.equal(status, 200)
  assert.match(String(headers['content-type']), /^text\/html/)
  for (const part of [
    /<title>1 switched back · m1<\/title>/,
    /<a href="\/plain">ask anew<\/a>/,
    /v2_migration <b>switched back: all on V1<\/b>/,
    /31 of 412 answers failed, allowed 1 %/,
    /not-yet<\/b> \(dry run\)<td>12 more requests/,
    /http:\/\/10\.0\.0\.1:5070<\/code><td>unhealthy, resting \(GET \/healthz answered 503\)<td>open<td>3<td>77/,
    /none, this machine is alone/,
    /class="bad"><td><code>\/tls\/a\.pem<\/code><td>a\.test<td>2023-11-14 22:13:20 UTC, expired/,
    /<p class="bad">Overloaded: worker 77 is full on match/,
    /<p class="bad">Security: probing of many clients together since 1970-01-01T00:00:00.000Z, 1500 refusals/,
  ]) {
    assert.match(text, part)
  }
  assert.doesNotMatch(text, /<script|http-equiv="refresh"/)
})

test('nothing that was put in becomes part of the page', async t => {
  const { ask, keeper, shown } = await startAdmin(t)
  const evil = `<img src=x onerror="alert('1')">&`
  shown.machine = evil
  shown.overloads = [evil]
  keeper.trip(latch({ flag: evil, by: evil, note: evil }))
  shown.workers = [
    {
      ...worker,
      routes: [
        {
          ...{ route: evil, flag: null, v1: [{ ...origin, origin: evil }], v2: [] },
          knownBy: { user: true, properties: [], stickyKey: ['user', 'cookie'] },
          ...{ places: { requests: null, websockets: null }, shadow: null },
        },
      ],
    },
  ]
  const { text, headers } = await ask('GET', '/plain')
  assert.ok(!text.includes('<img'))
  assert.ok(!text.includes(`alert('1')`))
  assert.ok(text.includes('&lt;img src=x onerror=&quot;alert(&#39;1&#39;)&quot;&gt;&amp;'))
  assert.match(String(headers['content-security-policy']), /default-src 'none'/)
})

test('the same is there for machines', async t => {
  const { ask, keeper } = await startAdmin(t)
  keeper.trip(latch())
  const { json } = await ask('GET', '/status')
  assert.deepEqual(Object.keys(json), [
    'machine',
    'at',
    'ready',
    'config',
    'overloads',
    'certificates',
    'security',
    'stores',
    'revocations',
    'latches',
    'verdicts',
    'gates',
    'rollouts',
    'experiments',
    'shadows',
    'workers',
    'processes',
  ])
  assert.deepEqual(json.latches[0].state, latch())
})

test('an answer that fails inside is told to the log and not to the asker', async t => {
  const { ask, shown, errors } = await startAdmin(t)
  Object.defineProperty(shown, 'verdicts', {
    get() {
      throw new Error('secret detail')
    },
  })
  const { status, json, text } = await ask('GET', '/verdicts')
  assert.deepEqual([status, json.error], [500, 'internal-error'])
  assert.ok(!text.includes('secret detail'))
  assert.match(String(errors[0]), /secret detail/)
})
