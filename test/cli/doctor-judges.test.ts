import assert from 'node:assert/strict'
import { test } from 'node:test'
import { judgeCollector } from '../../src/cli/doctor/collector.ts'
import { judgeRoom } from '../../src/cli/doctor/directories.ts'
import { judgeClock, sightingIn } from '../../src/cli/doctor/judge-clock.ts'
import { judgeNames } from '../../src/cli/doctor/judge-names.ts'
import { judgeNode } from '../../src/cli/doctor/judge-node.ts'
import { judgeOrigins } from '../../src/cli/doctor/judge-origins.ts'
import { judgeRedis } from '../../src/cli/doctor/judge-redis.ts'
import type { FindingState, Judgement } from '../../src/cli/doctor/judgement.ts'
import { judgeLoginProvider } from '../../src/cli/doctor/login-provider.ts'
import { judgeOpenFiles, limitIn } from '../../src/cli/doctor/open-files.ts'
import { judgePort } from '../../src/cli/doctor/ports.ts'
import { judgeMemory, judgeProcessors, quotaIn } from '../../src/cli/doctor/resources.ts'
import { runChecks } from '../../src/cli/doctor/run-checks.ts'
import { judgeUnleashAdmin } from '../../src/cli/doctor/unleash-admin.ts'
import { judgeUnleash } from '../../src/cli/doctor/unleash-flags.ts'
import { createManualClock } from '../support/manual-clock.ts'

const MiB = 2 ** 20

const times = { timeoutMs: 500, limitsTimeoutMs: 50 }
const place = { project: 'default', environment: 'production' }

/** What stands in the way of a machine that is in order, one thing in a row. */
const rows: readonly (readonly [
  what: string,
  state: FindingState,
  judged: Judgement | Judgement[],
])[] = [
  ['a release line with long-term support', 'ok', judgeNode('26.10.0')],
  ['a release line without', 'warning', judgeNode('25.2.0')],
  ['as many files as are needed', 'ok', judgeOpenFiles(21_224, 21_224)],
  ['one file less', 'warning', judgeOpenFiles(21_223, 21_224)],
  ['no limit on files', 'ok', judgeOpenFiles(Number.POSITIVE_INFINITY, 21_224)],
  ['a system that does not say', 'skipped', judgeOpenFiles(null, 21_224)],
  ['memory for one process', 'ok', judgeMemory(256 * MiB, 1)],
  ['less than that', 'warning', judgeMemory(255 * MiB, 1)],
  ['memory for four workers, but not for who leads them', 'warning', judgeMemory(1024 * MiB, 4)],
  ['a processor for each worker', 'ok', judgeProcessors(4, 4)],
  ['more workers than processors', 'warning', judgeProcessors(2, 4)],
  ['half a processor', 'warning', judgeProcessors(0.5, 1)],
  ['a free port', 'ok', port(null, null)],
  ['a port that a Switchback has', 'ok', port('EADDRINUSE', 'http://127.0.0.1:9900')],
  ['a port that another program has', 'problem', port('EADDRINUSE', null)],
  ['a port for root alone', 'problem', port('EACCES', null)],
  ['an address of another machine', 'problem', port('EADDRNOTAVAIL', null)],
  ['room on a disk', 'ok', room(256, 0xef53)],
  ['little room', 'warning', room(255, 0xef53)],
  ['no room', 'problem', room(63, 0xef53)],
  ['a disk over the network', 'problem', room(256, 0x6969)],
  ['a disk in memory', 'warning', room(256, 0x01021994)],
  ['a Redis as it should be', 'ok', redis({})],
  ['an old Redis', 'warning', redis({ version: '6.2.1' })],
  ['a replica', 'problem', redis({ role: 'slave' })],
  ['one node of a cluster', 'problem', redis({ isStrayNode: true })],
  ['a Redis that drops keys', 'warning', redis({ maxMemoryBytes: MiB, evicts: 'allkeys-lru' })],
  ['one that never has to', 'ok', redis({ evicts: 'allkeys-lru' })],
  ['a Redis too far for rate limits', 'warning', redis({ latencyMs: 25 })],
  ['a Redis too far for anything', 'problem', redis({ latencyMs: 500 })],
  ['a Redis that is not there', 'problem', judgeRedis({ ok: false, why: 'ECONNREFUSED' }, times)],
  ['Unleash with the flags', 'ok', unleash(200, flags('a', 'b'))],
  ['Unleash without one of them', 'warning', unleash(200, flags('b'))],
  ['another token', 'problem', unleash(401, '')],
  ['another address', 'problem', unleash(404, '')],
  ['a page in the place of the flags', 'problem', unleash(200, '<html>')],
  ['no Unleash', 'problem', judgeUnleash({ status: null, why: 'refused' }, ['a'])],
  ['a flag that can be turned off', 'ok', judgeUnleashAdmin(200, place)],
  ['a token that may not', 'problem', judgeUnleashAdmin(403, place)],
  ['a flag that is not there', 'problem', judgeUnleashAdmin(404, place)],
  ['an admin API elsewhere', 'problem', judgeUnleashAdmin(301, place)],
  ['a certificate for each host', 'ok', names('first', 'a.example', 'x.b.example')],
  ['a host without one', 'warning', names('first', 'x.y.b.example')],
  ['a host that is turned away', 'problem', names('refuse', 'c.example')],
  ['an origin that is well', 'ok', origins(200)],
  ['an origin that is not', 'problem', origins(503)],
  ['the only one of two', 'warning', origins(204, 503)],
  ['a provider that people log in at', 'ok', login(200, '{"issuer":"https://idp.example"}')],
  ['another provider', 'problem', login(200, '{"issuer":"https://idp.example/realm"}')],
  ['a provider without a description', 'problem', login(404, '')],
  ['a page in its place', 'problem', login(200, '<html>')],
  ['a collector that takes spans', 'ok', judgeCollector(200)],
  ['a collector that wants to know who sends', 'warning', judgeCollector(401)],
  ['another server in its place', 'warning', judgeCollector(404)],
  ['no other clock', 'skipped', judgeClock([], 5)],
  ['a clock within what the way there leaves open', 'ok', ahead(1400, 400)],
  ['a clock that is late by seconds', 'warning', ahead(-4000, 400)],
  ['by more than tokens may be', 'problem', ahead(-5500, 400)],
  [
    'where there are no tokens',
    'warning',
    judgeClock([{ of: 'a', aheadMs: 9e9, withinMs: 1 }], null),
  ],
]

function port(trouble: string | null, running: string | null): Judgement {
  return judgePort({ field: 'listen', host: '0.0.0.0', port: 80 }, trouble, running)
}

function room(mebibytes: number, type: number): Judgement[] {
  return judgeRoom({ freeBytes: mebibytes * MiB, type }, 'store.dir')
}

function redis(other: object): Judgement[] {
  const facts = { version: '7.0.15', role: 'master', maxMemoryBytes: null, evicts: 'noeviction' }
  const alone = { isStrayNode: false, latencyMs: 1 }
  const clock = { aheadMs: 0, withinMs: 1 }
  return judgeRedis({ ok: true, facts: { ...facts, ...alone, ...other }, clock }, times)
}

function flags(...all: string[]): string {
  return JSON.stringify({
    features: all.map(name => ({ name, enabled: true, strategies: [] })),
  })
}

function unleash(status: number, text: string): Judgement[] {
  return judgeUnleash({ status, text, clock: null }, ['a'])
}

function names(unknownNames: 'first' | 'refuse', ...hosts: string[]): Judgement[] {
  const shown = ['a.example', '*.b.example'].map(name => ({ names: [name] }))
  return judgeNames({ certificates: shown as never, unknownNames }, hosts)
}

function origins(...statuses: number[]): Judgement[] {
  const asked = statuses.map(status => ({
    origin: 'http://10.0.0.1',
    answer: { kind: 'reached', milliseconds: 1, status, certificateEnds: null } as const,
  }))
  return judgeOrigins(asked, 0)
}

function login(status: number, text: string): Judgement {
  return judgeLoginProvider('https://idp.example', status, text)
}

function ahead(aheadMs: number, withinMs: number): Judgement {
  return judgeClock(
    [
      { of: 'Redis', aheadMs: 0, withinMs: 0 },
      { of: 'Unleash', aheadMs, withinMs },
    ],
    5,
  )
}

const gravity: readonly FindingState[] = ['skipped', 'ok', 'warning', 'problem']

for (const [what, state, judged] of rows) {
  test(`${what}: ${state}`, () => {
    const all = [judged].flat()
    const worst = Math.max(...all.map(each => gravity.indexOf(each.state)))
    assert.equal(gravity[worst], state, JSON.stringify(all))
    for (const each of all) {
      assert.notEqual(each.found, '')
      assert.equal(each.next !== null, each.state === 'warning' || each.state === 'problem')
    }
  })
}

test('the limits of Linux are read as they stand there', () => {
  const line = 'Max open files            1024                 524288               files     '
  assert.equal(limitIn(`Max cpu time unlimited unlimited seconds\n${line}\n`), 1024)
  assert.equal(limitIn(line.replace('1024', 'unlimited')), Number.POSITIVE_INFINITY)
  assert.equal(limitIn(''), null)
  assert.equal(quotaIn('50000 100000\n'), 0.5)
  assert.equal(quotaIn('max 100000\n'), Number.POSITIVE_INFINITY)
  assert.equal(quotaIn(''), Number.POSITIVE_INFINITY)
})

test('a Date header names a second, and the way there is taken off', () => {
  const date = 'Sat, 21 Nov 2026 12:00:00 GMT'
  const noon = Date.parse(date)
  assert.deepEqual(sightingIn(date, noon, noon + 1000), { aheadMs: 0, withinMs: 1000 })
  assert.deepEqual(sightingIn(date, noon - 7500, noon - 7500), { aheadMs: 8000, withinMs: 500 })
  assert.equal(sightingIn(null, 0, 0), null)
  assert.equal(sightingIn('noon', 0, 0), null)
})

test('what never answers is given up, and hears of it', async () => {
  const clock = createManualClock()
  let heard = false
  const found = runChecks(
    [
      {
        check: 'upstream',
        subject: 'main v1',
        look: late =>
          new Promise(() => {
            late.addEventListener('abort', () => {
              heard = true
            })
          }),
      },
      { check: 'collector', subject: '', look: () => new Promise(() => {}), isSpare: true },
      { check: 'node', subject: '', look: () => judgeNode('26.0.0') },
    ],
    { clock, timeoutMs: 5000 },
  )
  clock.advance(5000)
  const [first, spare, second] = await found
  assert.deepEqual([first?.state, first?.found], ['problem', 'no answer within 5 s'])
  assert.deepEqual([spare?.state, spare?.found], ['warning', 'no answer within 5 s'])
  assert.equal(second?.state, 'ok')
  assert.ok(heard)
})
