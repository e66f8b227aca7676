import assert from 'node:assert/strict'
import { test } from 'node:test'
import { startAdmin } from '../admin/admin-parts.ts'
import { runProgram } from './run-program.ts'

test('revoke names a token, a caller or a session, in the name of who runs it', async t => {
  const { port, ask } = await startAdmin(t)
  const at = ['--admin', `http://127.0.0.1:${port}`, '--why', 'stolen']
  const env = { SUDO_USER: 'ada' }
  const token = await runProgram(env, 'revoke', '--jti', 't-1', '--until', '2000', ...at)
  assert.deepEqual(token, {
    code: 0,
    out: 'ada revoked jti sha256:46e9bc3476c92ea2 of every issuer, until 1970-01-01T00:33:20Z',
    error: '',
  })
  const caller = ['--sub', 'anna', '--iss', 'https://a', '--before', '1970-01-01T00:15:00Z']
  assert.equal((await runProgram(env, 'revoke', ...caller, ...at)).code, 0)
  assert.equal((await runProgram(env, 'revoke', '--sid', 's-1', ...at)).code, 0)
  const { json } = await ask('GET', '/revocations')
  assert.deepEqual(
    json.revocations.map(({ revocation }: { revocation: object }) => Object.values(revocation)),
    [
      ['jti', 't-1', null, null, 2000],
      ['sub', 'anna', 'https://a', 900, 4500],
      ['sid', 's-1', null, null, 4600],
    ],
  )
})

test('what the gateway refuses exits with 1 and says why', async t => {
  const { port } = await startAdmin(t)
  const at = ['--admin', `http://127.0.0.1:${port}`, '--why', 'x']
  const both = await runProgram({}, 'revoke', '--jti', 't', '--sid', 's', ...at)
  assert.deepEqual([both.code, both.out], [1, ''])
  assert.match(both.error, /one of jti, sub and sid must be given, and one only/)
})

for (const argv of [
  ['--jti', 't'],
  ['--jti', 't', '--why', 'x', '--until', 'tomorrow'],
  ['--jti', 't', '--why', 'x', '--until', '2026-11-21'],
  ['--jti', 't', '--why', 'x', '--until', '2026-13-21T12:00:00Z'],
  ['t', '--why', 'x'],
]) {
  test(`a command line that makes no sense exits with 2: revoke ${argv.join(' ')}`, async () => {
    const { code, error } = await runProgram({}, 'revoke', ...argv)
    assert.equal(code, 2)
    assert.notEqual(error, '')
  })
}

test('with nobody there it exits with 3', async () => {
  const at = ['--admin', 'http://127.0.0.1:1']
  assert.equal((await runProgram({}, 'revoke', '--jti', 't', '--why', 'x', ...at)).code, 3)
})
