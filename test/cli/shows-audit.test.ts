import assert from 'node:assert/strict'
import { DatabaseSync } from 'node:sqlite'
import { test } from 'node:test'
import { startAdmin } from '../admin/admin-parts.ts'
import { latch } from '../fleet/store-states.ts'
import { runProgram } from './run-program.ts'

test('the newest records are shown, or those above a number', async t => {
  const { port, keeper } = await startAdmin(t)
  const where = ['--admin', `http://127.0.0.1:${port}`]
  for (const to of ['tripped', 'open', 'tripped'] as const) {
    const request = {
      flag: 'v2_migration',
      to,
      who: 'ada',
      note: null,
      reason: 'operator',
    } as const
    await keeper.change(request)
  }
  const newest = await runProgram({}, 'audit', '--limit', '2', ...where)
  assert.equal(newest.code, 0)
  assert.deepEqual(newest.out.split('\n'), [
    '  2  1970-01-01 00:16:40 UTC  latch-resumed  ada @m1  v2_migration: ada allowed V2 again',
    '  3  1970-01-01 00:16:40 UTC  latch-tripped  ada @m1  v2_migration: ada sent all traffic back to V1',
  ])
  const above = await runProgram({}, 'audit', '--after', '0', '--limit', '1', '--json', ...where)
  assert.deepEqual([above.code, JSON.parse(above.out).seq], [0, 1])
})

test('evidence that names a place of V2 moves no cursor', async t => {
  const { port, keeper } = await startAdmin(t)
  const text = '12 of 12 pairs differed; worst is /\u001b[2J (value)'
  const { evidence } = latch()
  keeper.trip(latch({ evidence: evidence && { ...evidence, text } }))
  const { out } = await runProgram({}, 'audit', '--admin', `http://127.0.0.1:${port}`)
  assert.match(out, /worst is \/\\u\{1b\}\[2J \(value\)/)
})

test('a name that turns the line around is written out', async t => {
  const { port, keeper } = await startAdmin(t)
  const request = { flag: 'v2_migration', to: 'tripped', note: null, reason: 'operator' } as const
  await keeper.change({ ...request, who: 'ada\u202e' })
  const { out } = await runProgram({}, 'audit', '--admin', `http://127.0.0.1:${port}`)
  assert.match(out, / {2}ada\\u\{202e\} @m1 {2}/)
})

test('a chain that is whole exits with 0, one that was changed with 1 and names the record', async t => {
  const { port, keeper, dir } = await startAdmin(t)
  const where = ['--admin', `http://127.0.0.1:${port}`]
  for (const to of ['tripped', 'open'] as const) {
    const request = {
      flag: 'v2_migration',
      to,
      who: 'ada',
      note: null,
      reason: 'operator',
    } as const
    await keeper.change(request)
  }
  const whole = await runProgram({}, 'audit', '--verify', ...where)
  assert.equal(whole.code, 0)
  assert.match(
    whole.out,
    /^ok: the audit \(embedded\) is whole from 1 to 2, last hash [0-9a-f]{64}$/,
  )

  const db = new DatabaseSync(`${dir}/state.db`)
  db.exec(`UPDATE audit SET record = replace(record, 'ada', 'bob') WHERE seq = 1`)
  db.close()
  const broken = await runProgram({}, 'audit', '--verify', ...where)
  assert.deepEqual(
    [broken.code, broken.out],
    [1, 'BROKEN: record 1 of the audit (embedded) is changed'],
  )
})
