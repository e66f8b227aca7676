import assert from 'node:assert/strict'
import { test } from 'node:test'
import { gateText } from '../../src/cli/gate.ts'
import type { Gate } from '../../src/rollout/gate.ts'
import { startAdmin } from '../admin/admin-parts.ts'
import { runProgram } from './run-program.ts'

const closed: Gate = {
  flag: 'v2_migration',
  state: 'closed',
  isLive: false,
  signal: null,
  text: 'mismatch max 0.5% of match: 12 of 12 pairs differed; worst is /pri\u001bce (value)',
  experiments: [],
  budgets: [
    {
      route: 'match',
      budget: 'mismatch max 0.5%',
      scope: null,
      says: 'exceeded',
      text: '12 of 12 pairs differed; worst is /pri\u001bce (value)',
      moreRequests: null,
    },
    {
      route: 'match',
      budget: 'errors max 1% per endpoint',
      scope: 'GET /a',
      says: 'needs-live-traffic',
      text: 'V2 was not asked',
      moreRequests: 500,
    },
  ],
}

test('what holds the gate comes first, and nothing that V2 chose moves the cursor', () => {
  assert.deepEqual(gateText(closed), [
    'v2_migration  CLOSED, V2 has no clients: mismatch max 0.5% of match: 12 of 12 pairs differed; worst is /pri\\u{1b}ce (value)',
    '  EXCEEDED            match  mismatch max 0.5%                    12 of 12 pairs differed; worst is /pri\\u{1b}ce (value)',
    '  needs live traffic  match  errors max 1% per endpoint (GET /a)  V2 was not asked',
  ])
})

for (const [state, expected] of [
  ['open', 0],
  ['closed', 4],
  ['not-yet', 5],
] as const) {
  test(`a gate that is ${state} exits with ${expected}`, async t => {
    const { port, shown } = await startAdmin(t)
    shown.gates = [{ ...closed, state, isLive: true }]
    const at = ['--admin', `http://127.0.0.1:${port}`]
    const { code, out } = await runProgram({}, 'gate', 'v2_migration', ...at)
    assert.equal(code, expected)
    assert.match(out, /^v2_migration {2}(open|CLOSED|not yet), V2 has clients: /)
    const json = await runProgram({}, 'gate', 'v2_migration', '--json', ...at)
    assert.equal(json.code, expected)
    assert.deepEqual(JSON.parse(json.out), shown.gates[0])
  })
}

test('it may be asked about mismatches alone', async t => {
  const { port, shown } = await startAdmin(t)
  shown.gates = [closed, { ...closed, state: 'open', signal: 'mismatch' }]
  const argv = ['v2_migration', '--signal', 'mismatch', '--admin', `http://127.0.0.1:${port}`]
  assert.equal((await runProgram({}, 'gate', ...argv)).code, 0)
})

test('a flag that no route names is refused with 1', async t => {
  const { port } = await startAdmin(t)
  const { code, error } = await runProgram({}, 'gate', 'v3', '--admin', `http://127.0.0.1:${port}`)
  assert.equal(code, 1)
  assert.match(error, /flag must be one that a route names, received "v3"/)
})

test('a signal that no gate knows makes no sense', async () => {
  assert.equal((await runProgram({}, 'gate', 'v2_migration', '--signal', 'errors')).code, 2)
})
