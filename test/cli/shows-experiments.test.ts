import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ExperimentReport } from '../../src/experiment/report.ts'
import { startAdmin } from '../admin/admin-parts.ts'
import { conversion } from '../experiment/rules.ts'
import { runProgram } from './run-program.ts'

const report: ExperimentReport = {
  name: 'conversion',
  flag: 'v2_migration',
  policy: 'careful',
  verdict: 'worse',
  interval: { difference: -0.02, low: -0.03, high: -0.01 },
  v1: { users: 24_310, mean: 0.101, open: 2208, alone: 0, sampled: 1 },
  v2: { users: 8120, mean: 0.081, open: 731, alone: 2, sampled: 0.5 },
  missingUsers: 0,
  missingMs: 0,
  rule: conversion,
  crossed: 41,
  moved: 0,
  leftOut: 0,
  began: { startedAt: 1_700_000_000_000, who: 'ada\u001b', why: null },
  text: 'conversion: V2 − V1 = −2 points\u001b',
}

async function shown(t: Parameters<typeof startAdmin>[0], changes: Partial<ExperimentReport> = {}) {
  const admin = await startAdmin(t)
  admin.shown.experiments.push({ ...report, ...changes })
  const url = `http://127.0.0.1:${admin.port}`
  return (...args: string[]) => runProgram({}, 'experiment', ...args, '--admin', url)
}

test('an experiment is shown whole, and nothing in it moves the cursor', async t => {
  const run = await shown(t)
  const { code, out } = await run()
  assert.equal(code, 0)
  assert.deepEqual(
    out.split('\n').map(line => line.trimEnd()),
    [
      'WORSE  conversion: V2 − V1 = −2 points\\u{1b}',
      '  flag v2_migration, share from header, more is better, begun by ada\\u{1b}',
      '      users   happened to  window open  of new users',
      '  V1  24,310  10.1 %       2,208        100 %',
      '  V2  8,120   8.1 %        731          50 %',
      '  left out  41  seen on both variants',
      '  left out  2   with nobody of the other variant beside them',
    ],
  )
})

test('of one experiment the exit code says the verdict', async t => {
  const codes = { better: 0, 'no-worse': 0, worse: 4, 'not-yet': 5, 'no-difference-shown': 5 }
  for (const [verdict, code] of Object.entries(codes)) {
    const run = await shown(t, { verdict: verdict as ExperimentReport['verdict'] })
    assert.equal((await run('conversion', '--json')).code, code, verdict)
  }
})

test('one that there is not is refused', async t => {
  const run = await shown(t)
  const { code, error } = await run('revenue')
  assert.equal(code, 1)
  assert.match(error, /name must be that of an experiment, received "revenue"/)
})

test('one is begun anew by whoever is at the keyboard', async t => {
  const run = await shown(t)
  const { code, out } = await run('restart', 'conversion', '--note', 'V2 was mended')
  assert.equal(code, 0)
  assert.match(out, / began conversion anew$/)
})
