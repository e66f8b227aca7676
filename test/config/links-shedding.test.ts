import assert from 'node:assert/strict'
import { test } from 'node:test'
import { lagPeriodMs } from '../../src/limits/loop-lag.ts'
import { configDir, faultLines } from './config-dir.ts'

const shedding = (lag: number) => ({
  'switchback.yaml': `workers: 1\nshedding: { maxEventLoopLagMs: ${lag} }\n`,
})

test('a lag that is too short to be seen is refused, with what it may be', async t => {
  assert.deepEqual(await faultLines(await configDir(t, shedding(lagPeriodMs - 1))), [
    'switchback.yaml:2:32 shedding.maxEventLoopLagMs must be 0, or at least 20, which a loop that is merely busy stays below, received 19',
  ])
})

test('0 and what can be seen are allowed', async t => {
  for (const lag of [0, lagPeriodMs, 100]) {
    assert.deepEqual(await faultLines(await configDir(t, shedding(lag))), [])
  }
})
