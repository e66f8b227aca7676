import assert from 'node:assert/strict'
import { test } from 'node:test'
import { startAdmin } from '../admin/admin-parts.ts'
import { mixed, routeDifferences } from '../shadow/found-differences.ts'
import { runProgram } from './run-program.ts'

test('a difference is addressed as it is listed, and acknowledged by who runs the command', async t => {
  const { port, shown, asked } = await startAdmin(t)
  shown.differences = [routeDifferences(mixed)]
  const env = { SUDO_USER: 'ada' }
  const rest = ['--why', 'it is meant', '--admin', `http://127.0.0.1:${port}`]
  for (const [where, kind] of [
    ['/offers/*/price', 'value'],
    ['header:Content-Type', 'missing'],
    ['status', 'value'],
    ['body', 'size'],
  ] as const) {
    const done = await runProgram(env, 'diff', 'acknowledge', 'match', where, kind, ...rest)
    assert.deepEqual(done, { code: 0, out: 'ada said so: it is meant', error: '' })
  }
  const said = { who: 'ada', why: 'it is meant', route: 'match' }
  assert.deepEqual(asked, [
    { ...said, to: 'acknowledged', part: 'body', at: '/offers/*/price', kind: 'value' },
    { ...said, to: 'acknowledged', part: 'header', at: 'content-type', kind: 'missing' },
    { ...said, to: 'acknowledged', part: 'status', at: '', kind: 'value' },
    { ...said, to: 'acknowledged', part: 'body', at: '', kind: 'size' },
  ])
})

test('it is counted again, and a route is forgotten', async t => {
  const { port, shown, asked } = await startAdmin(t)
  shown.differences = [routeDifferences(mixed)]
  const rest = ['--why', 'it was a mistake', '--admin', `http://127.0.0.1:${port}`]
  const env = { SUDO_USER: 'ada' }
  await runProgram(env, 'diff', 'count-again', 'match', '/price', 'value', ...rest)
  await runProgram(env, 'diff', 'forget', 'match', ...rest)
  const said = { who: 'ada', why: 'it was a mistake', route: 'match' }
  assert.deepEqual(asked, [
    { ...said, to: 'counted', part: 'body', at: '/price', kind: 'value' },
    said,
  ])
})

test('what the gateway refuses exits with 1 and says why', async t => {
  const { port, shown } = await startAdmin(t)
  shown.differences = [routeDifferences(mixed)]
  const argv = ['match', '/gone', 'value', '--why', 'x', '--admin', `http://127.0.0.1:${port}`]
  const { code, error } = await runProgram({}, 'diff', 'acknowledge', ...argv)
  const advice = '(switchback diff lists them, with --all those that are silent too)'
  assert.deepEqual([code, error], [1, `Cannot: nothing like it ${advice}`])
})

for (const argv of [
  ['acknowledge', 'match', '/price', 'value'],
  ['acknowledge', 'match', 'price', 'value', '--why', 'x'],
  ['acknowledge', 'match', 'header:', 'value', '--why', 'x'],
  ['acknowledge', 'match', '/price', 'wrong', '--why', 'x'],
  ['forget', '--why', 'x'],
]) {
  test(`a command line that makes no sense exits with 2: diff ${argv.join(' ')}`, async () => {
    const { code, out, error } = await runProgram({}, 'diff', ...argv)
    assert.deepEqual([code, out], [2, ''])
    assert.notEqual(error, '')
  })
}
