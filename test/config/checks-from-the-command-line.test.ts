import assert from 'node:assert/strict'
import { test } from 'node:test'
import { check } from '../../src/cli/check.ts'
import { configDir } from './config-dir.ts'

async function run(dir: string): Promise<[number, string[]]> {
  const lines: string[] = []
  return [await check({ dir, env: {}, out: line => lines.push(line) }), lines]
}

test('check says in one line that all is well, and with which version', async t => {
  const [code, [line = '', ...more]] = await run(await configDir(t))
  assert.equal(code, 0)
  assert.match(line, /^ok: 1 route, 1 policy, 1 flag, version [0-9a-f]{12}$/)
  assert.deepEqual(more, [])
})

test('check tells every fault on its line, counts them and fails', async t => {
  const dir = await configDir(t, {
    'policies/careful.yaml': 'auth: publik\nmaxBodyBytes: all\n',
    'switchback.yaml': 'listen: { port: -1 }\n',
  })
  const [code, lines] = await run(dir)
  assert.equal(code, 1)
  assert.deepEqual(
    lines.map(line => line.split(' must', 1)[0]),
    [
      'policies/careful.yaml:1:7 auth',
      'policies/careful.yaml:2:15 maxBodyBytes',
      'switchback.yaml:1:17 listen.port',
      '3 faults in 2 files',
    ],
  )
})
