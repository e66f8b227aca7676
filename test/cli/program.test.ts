import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createProgram } from '../../src/cli/program.ts'
import { configDir, oneRoute } from '../support/gateway.ts'

const route = oneRoute({ v1: 'http://127.0.0.1:1', v2: 'http://127.0.0.1:2', percent: 100 })

/** Runs a command line in this process, as `main.ts` does. */
async function run(...argv: string[]) {
  const out: string[] = []
  const error: string[] = []
  const program = createProgram({
    env: {},
    out: line => out.push(line),
    error: line => error.push(line),
  })
  const code = await program.run(argv)
  return { code, out: out.join('\n'), error: error.join('\n') }
}

test('help names every command and exits with 0', async () => {
  const { code, out } = await run('--help')
  assert.equal(code, 0)
  for (const command of 'start demo check explain simulate status rollback resume audit'.split(
    ' ',
  )) {
    assert.match(out, new RegExp(`^  ${command} `, 'm'))
  }
})

test('help of a command names its options and exits with 0', async () => {
  const { code, out } = await run('demo', '--help')
  assert.equal(code, 0)
  for (const option of ['--for', '--traffic', '--port', '--admin-port', '--v1-port', '--v2-port']) {
    assert.match(out, new RegExp(`^  ${option} `, 'm'))
  }
})

for (const { argv, told } of [
  { argv: ['strat'], told: /unknown command 'strat'/ },
  { argv: ['check', '--strict'], told: /unknown option '--strict'/ },
  { argv: ['check', 'a', 'b'], told: /too many arguments/ },
  { argv: ['explain'], told: /required option '--route/ },
  { argv: ['explain', '--route', 'a', '--property', 'tenant'], told: /name=value/ },
  { argv: ['demo', '--for', '20'], told: /a time such as 100ms, 20s or 2m, received "20"/ },
  { argv: ['demo', '--for', '0s'], told: /received "0s"/ },
  { argv: ['demo', '--traffic', '-1'], told: /a whole number up to 5000, received "-1"/ },
  { argv: ['demo', '--traffic', '5001'], told: /received "5001"/ },
  { argv: ['demo', '--port', '65536'], told: /received "65536"/ },
]) {
  test(`bad usage exits with 2 and says why: ${argv.join(' ')}`, async () => {
    const { code, out, error } = await run(...argv)
    assert.equal(code, 2)
    assert.match(error, told)
    assert.match(error, /switchback --help/, 'it says where to look')
    assert.equal(out, '')
  })
}

test('no command shows the help and exits with 2', async () => {
  const { code, error } = await run()
  assert.equal(code, 2)
  assert.match(error, /Usage: switchback/)
})

test('check exits with 0 for a good directory and counts what is there', async t => {
  const { code, out } = await run('check', await configDir(t, route))
  assert.equal(code, 0)
  assert.match(out, /^ok: 1 route, 1 policy, 1 flag, version [0-9a-f]{12}$/)
})

test('check exits with 1 and a line for each fault', async t => {
  const dir = await configDir(t, {
    ...route,
    'policies/open.yaml': 'auth: publik\nretry: { attempts: 9 }\n',
  })
  const { code, out } = await run('check', dir)
  assert.equal(code, 1)
  assert.match(out, /^policies\/open\.yaml:1:7 /m)
  assert.match(out, /^policies\/open\.yaml:2:20 /m)
  assert.match(out, /^2 faults in 1 file$/m)
})

test('explain exits with 0, with 1 for a broken configuration and with 2 for a route unknown', async t => {
  const dir = await configDir(t, route)
  const explained = await run('explain', '-c', dir, '--route', 'main', '--user', '42')
  assert.equal(explained.code, 0)
  assert.match(explained.out, /^variant +v2$/m)

  const unknown = await run('explain', '-c', dir, '--route', 'mian')
  assert.equal(unknown.code, 2)
  assert.match(unknown.out, /route must be one of main, received "mian"/)

  const broken = await run('explain', '-c', `${dir}/routes`, '--route', 'main')
  assert.equal(broken.code, 1)
})

test('start exits with 1 for a directory without a configuration', async t => {
  const { code, error } = await run('start', '-c', await configDir(t, {}))
  assert.equal(code, 1)
  assert.match(error, /routes.* must be a folder with at least one route/)
  assert.match(error, /^Cannot start with /m)
})
