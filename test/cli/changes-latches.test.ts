import assert from 'node:assert/strict'
import { createServer } from 'node:net'
import { userInfo } from 'node:os'
import { test } from 'node:test'
import { startAdmin } from '../admin/admin-parts.ts'
import { freePort } from '../support/free-port.ts'
import { configDir, oneRoute } from '../support/gateway.ts'
import { runProgram } from './run-program.ts'

test('rollback and resume change the latch in the name of who runs them', async t => {
  const { port, keeper } = await startAdmin(t)
  const at = ['--admin', `http://127.0.0.1:${port}`]
  const back = await runProgram({}, 'rollback', 'v2_migration', '--note', 'prices are wrong', ...at)
  const who = userInfo().username
  assert.deepEqual(back, {
    code: 0,
    out: `v2_migration: ${who} sent all traffic back to V1: prices are wrong`,
    error: '',
  })
  assert.equal(keeper.stateOf('v2_migration').state, 'tripped')
  const resumed = await runProgram({ SUDO_USER: 'ada' }, 'resume', 'v2_migration', ...at)
  assert.deepEqual([resumed.code, resumed.out], [0, 'v2_migration: ada allowed V2 again'])
  assert.equal(keeper.stateOf('v2_migration').by, 'ada')
})

test('what makes no sense is refused with 1, and says why', async t => {
  const { port } = await startAdmin(t)
  const at = ['--admin', `http://127.0.0.1:${port}`]
  const open = await runProgram({}, 'resume', 'v2_migration', ...at)
  assert.deepEqual([open.code, open.out], [1, ''])
  assert.match(open.error, /^Cannot resume v2_migration: it must be tripped, received open/)
  const stranger = await runProgram({}, 'rollback', 'a/b', ...at)
  assert.equal(stranger.code, 1)
  assert.match(stranger.error, /flag must be one that a route names, received "a\/b"/)
})

for (const argv of [
  ['rollback'],
  ['rollback', 'a', 'b'],
  ['resume', 'f', '--admin', 'localhost'],
  ['resume', 'f', '--admin', 'http://127.0.0.1:1/path'],
  ['status', '--jsn'],
  ['audit', '--limit', '1001'],
  ['audit', '--after', 'x'],
]) {
  test(`a command line that makes no sense exits with 2: ${argv.join(' ')}`, async () => {
    const { code, out, error } = await runProgram({}, ...argv)
    assert.deepEqual([code, out], [2, ''])
    assert.notEqual(error, '')
  })
}

test('with nobody there every command exits with 3 and names the address', async t => {
  const port = await freePort()
  const at = `http://127.0.0.1:${port}`
  for (const argv of [
    ['status'],
    ['audit'],
    ['audit', '--verify'],
    ['rollback', 'f'],
    ['resume', 'f'],
  ]) {
    const { code, error } = await runProgram({}, ...argv, '--admin', at)
    assert.equal(code, 3, argv.join(' '))
    assert.ok(error.includes(`${at} must be the admin address of one that runs`), error)
    assert.match(
      error,
      /switchback start begins one and switchback doctor says what is in its way$/,
    )
  }
  // What answers, but not as a gateway does, is none either.
  const stranger = createServer(socket => socket.end('220 mail ESMTP\r\n')).listen(
    port,
    '127.0.0.1',
  )
  t.after(() => stranger.close())
  assert.equal((await runProgram({}, 'status', '--admin', at)).code, 3)
})

test('the address is that of the configuration, which need not be the default', async t => {
  const { port, keeper } = await startAdmin(t)
  const dir = await configDir(t, {
    ...oneRoute({ v1: 'http://127.0.0.1:1' }),
    'switchback.yaml': `admin: { host: localhost, port: ${port} }\n`,
  })
  const { code } = await runProgram({}, 'rollback', 'v2_migration', '-c', dir)
  assert.equal(code, 0)
  assert.equal(keeper.stateOf('v2_migration').state, 'tripped')
})
