import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Gate } from '../../src/rollout/gate.ts'
import { startAdmin } from './admin-parts.ts'

const gate: Gate = {
  flag: 'v2_migration',
  state: 'closed',
  isLive: false,
  signal: null,
  text: 'mismatch max 0.5% of match: 12 of 12 pairs differed',
  budgets: [],
  experiments: [],
}
const alone: Gate = { ...gate, state: 'open', signal: 'mismatch' }

test('the gates of all flags are there, and that of one', async t => {
  const { ask, shown } = await startAdmin(t)
  shown.gates = [gate, alone]
  assert.deepEqual((await ask('GET', '/gates')).json, [gate, alone])
  assert.deepEqual((await ask('GET', '/gates/v2_migration')).json, gate)
  assert.deepEqual((await ask('GET', '/gates/v2_migration?signal=mismatch')).json, alone)
  assert.deepEqual((await ask('GET', '/gates?signal=mismatch')).json, [alone])
})

test('a flag that no route names has none, nor has another signal', async t => {
  const { ask } = await startAdmin(t)
  const stranger = await ask('GET', '/gates/nowhere')
  assert.deepEqual([stranger.status, stranger.json.error], [404, 'unknown-flag'])
  assert.match(stranger.json.message, /flag must be one that a route names, received "nowhere"/)
  const { status, json } = await ask('GET', '/gates?signal=latency')
  assert.equal(status, 400)
  assert.match(json.message, /signal must be "mismatch", received "latency"/)
})
