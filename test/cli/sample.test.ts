import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { test } from 'node:test'
import { freePort } from '../support/free-port.ts'
import { configDir } from '../support/gateway.ts'
import { startCommand } from './command.ts'
import { runProgram } from './run-program.ts'

test('sample v1 and v2 are the services of the demo, by themselves', async t => {
  const services = (['v1', 'v2'] as const).map(version => ({
    version,
    command: startCommand(t, 'sample', version, '--port', '0'),
  }))
  for (const { version, command } of services) {
    await command.seen(/port \d+/)
    const port = /port (\d+)/.exec(command.out())?.[1] ?? ''
    const response = await fetch(`http://127.0.0.1:${port}/api/match?user=42`)
    const { version: answered } = (await response.json()) as { readonly version: string }
    assert.equal(answered, version)
    const taken = await runProgram({}, 'sample', version, '--port', port)
    assert.equal(taken.code, 1)
    assert.match(taken.error, new RegExp(`port ${port} of 127.0.0.1 must be free.*EADDRINUSE`))
    command.child.kill('SIGTERM')
    assert.equal((await command.ended).code, 0)
  }
})

test('sample callers sends what the callers of the demo send, and counts', async t => {
  const segments = new Set<unknown>()
  const server = createServer((request, response) => {
    segments.add(request.headers['x-segment'])
    response.end()
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  t.after(() => server.close().closeAllConnections())
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const callers = startCommand(t, 'sample', 'callers', '--url', url, '--traffic', '500')
  while (segments.size < 4) await new Promise(resolve => server.once('request', resolve))
  callers.child.kill('SIGINT')
  const { code, out } = await callers.ended
  assert.equal(code, 0)
  assert.match(out, /^\d+ requests, 0 failed$/m)
})

test('sample callers and sample flag say what they were not given', async t => {
  const callers = await runProgram({}, 'sample', 'callers', '--url', 'https://127.0.0.1:1')
  assert.equal(callers.code, 2)
  assert.match(callers.error, /--url must begin with http:\/\//)
  const url = `http://127.0.0.1:${await freePort()}`
  const flag = ['sample', 'flag', '--url', url, '--token-file']
  const nowhere = await runProgram({}, ...flag, '/nowhere')
  assert.equal(nowhere.code, 1)
  assert.match(nowhere.error, /^Cannot set up v2_migration in http:\S+: ENOENT/)
  const dir = await configDir(t, { token: '*:*.secret\n', two: 'secret\nsecret\n' })
  const unreachable = await runProgram({}, ...flag, join(dir, 'token'))
  assert.match(unreachable.error, /ECONNREFUSED/)
  const unusable = await runProgram({}, ...flag, join(dir, 'two'))
  assert.match(unusable.error, /: --token-file must hold one token$/)
})
