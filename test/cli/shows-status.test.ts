import assert from 'node:assert/strict'
import { test } from 'node:test'
import { statusText } from '../../src/cli/status-text.ts'
import type { GatewayStatus } from '../../src/fleet/gateway-status.ts'
import { neverTripped } from '../../src/guard/latch-state.ts'
import { startAdmin } from '../admin/admin-parts.ts'
import { latch } from '../fleet/store-states.ts'
import { runProgram } from './run-program.ts'

const at = 1_700_000_765_000
const origin = {
  origin: 'http://10.0.0.2:5070',
  inFlight: 2,
  health: 'healthy',
  lastCheck: 'GET /healthz answered 200',
  ejected: false,
  breaker: 'closed',
} as const

function worker(pid: number, breaker: 'open' | 'closed') {
  const routes = [
    {
      route: 'match',
      flag: 'v2_migration',
      v1: [{ ...origin, origin: 'http://10.0.0.1:5062', breaker: null, lastCheck: null }],
      v2: [{ ...origin, breaker }],
      knownBy: { user: true, properties: [], stickyKey: ['user' as const] },
      places: { requests: null, websockets: null },
      shadow: null,
    },
  ]
  const nothing = { flags: null, latches: [], shedding: null }
  const more = { websocketsOpen: { v1: 4, v2: 0 }, rateLimits: 'share' as const }
  return { pid, configVersion: 'c1', routes, ...nothing, ...more }
}

const status: GatewayStatus = {
  machine: 'edge-1',
  at,
  ready: true,
  config: { version: 'c1', error: null },
  security: {
    lasting: [
      {
        kind: 'bad-token-flood',
        client: '2001:db8:1:2::/64',
        since: at - 90_000,
        lastAt: at - 2000,
        refusals: 1234,
        from: 20,
        withinMs: 10_000,
      },
    ],
    ended: [],
  },
  overloads: [
    'worker 11 refuses 40 % of its requests: its event loop is 180 ms late, allowed 100 ms',
  ],
  certificates: [
    {
      shownTo: 'clients',
      file: '/tls/a.pem',
      names: ['a.test', '*.b.test'],
      expiresAt: at + 90e6,
      state: 'good',
    },
    {
      shownTo: 'clients',
      file: '/tls/b.pem',
      names: ['b.te\u001bst'],
      expiresAt: at + 3_600_000,
      state: 'expiring',
    },
    { shownTo: 'clients', file: '/tls/c.pem', names: [], expiresAt: at - 60_000, state: 'expired' },
  ],
  stores: {
    local: { up: true, since: 0, error: null },
    shared: { up: false, since: at - 5000, error: 'ECONNREFUSED' },
    leads: null,
  },
  revocations: { entries: 100_000, limit: 100_000, waiting: true },
  latches: [
    {
      flag: 'v2_migration',
      isDrill: false,
      isUsed: true,
      state: latch({ version: 3, by: 'edge-1' }),
      times: null,
      workers: [],
      speed: 'switched back in 3 ms in 2 workers here',
      announcements: [
        { step: 'unleash', target: 'v2_migration', state: 'failed', text: 'answered 403', at },
        { step: 'validation', target: 'V1', state: 'under-way', text: '', at },
      ],
    },
    {
      flag: 'search',
      isDrill: false,
      isUsed: true,
      state: neverTripped('search'),
      times: null,
      workers: [],
      speed: null,
      announcements: [],
    },
  ],
  verdicts: [
    {
      route: 'match',
      flag: 'v2_migration',
      budget: 'errors max 1%',
      scope: null,
      verdict: 'breach',
      text: '31 of 412 answers failed, allowed 1 %',
      dryRun: false,
    },
  ],
  experiments: [],
  rollouts: [],
  gates: [
    {
      flag: 'v2_migration',
      state: 'closed',
      isLive: true,
      experiments: [],
      signal: null,
      text: 'switched back: 31 of 412 answers failed',
      budgets: [],
    },
  ],
  shadows: [
    {
      route: 'match',
      shadow: {
        eligible: 230,
        sent: 217,
        dropped: { 'in-flight': 9, 'no-answer': 1 },
        failed: { timeout: 3 },
      },
      noise: { eligible: 11, sent: 11, dropped: {}, failed: {} },
      compared: 214,
      notCompared: 3,
      mismatchRate: 0.0123,
      real: 2,
      worst: 'V2 has another value at /pri\u001bce in 214 of 214 pairs (100 %)',
    },
    {
      route: 'search',
      shadow: { eligible: 0, sent: 0, dropped: {}, failed: {} },
      noise: { eligible: 0, sent: 0, dropped: {}, failed: {} },
      compared: 0,
      notCompared: 0,
      mismatchRate: null,
      real: 0,
      worst: null,
    },
  ],
  workers: [worker(11, 'open'), worker(12, 'closed')],
  processes: [
    { id: 1, pid: 11, state: 'ready', aliveMs: 9000 },
    { id: 3, pid: 13, state: 'unresponsive', aliveMs: 9000 },
  ],
}

test('what is wrong, since when and why comes first, then everything else', () => {
  assert.deepEqual(statusText(status), [
    'edge-1  ready  configuration c1  2023-11-14 22:26:05 UTC',
    'OVERLOADED: worker 11 refuses 40 % of its requests: its event loop is 180 ms late, allowed 100 ms',
    'SECURITY: bad-token-flood of 2001:db8:1:2::/64 for 1 min 30 s, 1234 refusals, the last 2 s ago',
    '',
    'LATCHES',
    '  v2_migration  SWITCHED BACK, all on V1 for 12 min 45 s',
    '    since     2023-11-14 22:13:20 UTC, by edge-1 (budget-breach, version 3)',
    '    why       31 of 412 answers failed, allowed 1 %',
    '              route match, budget errors max 1%, seen by one worker',
    '    how fast  switched back in 3 ms in 2 workers here',
    '    told      unleash v2_migration: FAILED, answered 403',
    '    told      validation V1: under way',
    '  search  open, V2 allowed',
    '',
    'VERDICTS',
    '  BREACH  match  errors max 1%  31 of 412 answers failed, allowed 1 %',
    '',
    'GATES',
    '  v2_migration  CLOSED  switched back: 31 of 412 answers failed',
    '',
    'SHADOWS',
    '  match  copies: 230 of which 217 sent, 10 (9 in-flight, 1 no-answer) dropped, 3 (3 timeout) failed; V1 twice: 11 of which 11 sent, 0 dropped, 0 failed',
    '    214 pairs compared, 3 not; 1.23 % mismatch of late',
    '    2 REAL, the worst: V2 has another value at /pri\\u{1b}ce in 214 of 214 pairs (100 %)',
    '  search  copies: 0 of which 0 sent, 0 dropped, 0 failed; V1 twice: 0 of which 0 sent, 0 dropped, 0 failed',
    '    0 pairs compared, 0 not; nothing of late',
    '',
    'ORIGINS',
    '  route      origin                health   breaker                           in flight  last check',
    '  match  V1  http://10.0.0.1:5062  healthy  -                                 4          -',
    '  match  V2  http://10.0.0.2:5070  healthy  open in 1 of 2, closed in 1 of 2  4          GET /healthz answered 200',
    '',
    'CERTIFICATES',
    '  /tls/a.pem  a.test, *.b.test  good for 1 d 1 h',
    '  /tls/b.pem  b.te\\u{1b}st      EXPIRES in 1 h 0 min',
    '  /tls/c.pem                    EXPIRED 1 min 0 s ago',
    '',
    'STORES',
    '  this machine  up',
    '  shared        DOWN since 2023-11-14 22:26:00 UTC (ECONNREFUSED): THIS MACHINE GUARDS ALONE',
    '  revoked       100000 of at most 100000: THERE IS NO ROOM FOR MORE, and more wait',
    '',
    'WORKERS',
    '  pid 11  configuration c1  WebSockets: 4 on V1, 0 on V2  rate limits: REDIS IS OUT OF REACH, a share for each worker',
    '  pid 12  configuration c1  WebSockets: 4 on V1, 0 on V2  rate limits: REDIS IS OUT OF REACH, a share for each worker',
    '  pid 13  UNRESPONSIVE',
  ])
})

test('a latch that no route uses says so', () => {
  const latches = status.latches.map(each => ({ ...each, isUsed: each.flag === 'search' }))
  const lines = statusText({ ...status, latches })
  assert.deepEqual(
    lines.filter(line => line.includes('V1 for') || line.includes('V2 allowed')),
    [
      '  v2_migration  SWITCHED BACK, all on V1 for 12 min 45 s; no route uses it',
      '  search  open, V2 allowed',
    ],
  )
})

test('a running gateway is asked, for people and as JSON', async t => {
  const { port, keeper } = await startAdmin(t)
  keeper.trip(latch())
  const where = ['--admin', `http://127.0.0.1:${port}`]
  const text = await runProgram({}, 'status', ...where)
  assert.equal(text.code, 0)
  assert.match(text.out, /^ {2}v2_migration {2}SWITCHED BACK, all on V1/m)
  const json = await runProgram({}, 'status', '--json', ...where)
  assert.deepEqual(JSON.parse(json.out).latches[0].state, latch())
})
