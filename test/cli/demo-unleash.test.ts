import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { chmod, mkdtemp, readdir, rm } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import type { Finding } from '../../src/cli/doctor/judgement.ts'
import { askUnleash, judgeUnleash } from '../../src/cli/doctor/unleash-flags.ts'
import { systemClock } from '../../src/clock.ts'
import type { AuditRecord } from '../../src/fleet/stores/store.ts'
import { logInToUnleash } from '../support/unleash-person.ts'
import { startCommand } from './command.ts'
import { runProgram } from './run-program.ts'

const freePorts =
  '--port 0 --admin-port 0 --v1-port 0 --v2-port 0 --unleash-port 0 --traffic 300'.split(' ')
/** Far beyond what a test takes: what it waits for and does not come ends with the demo. */
const bounded = ['demo', '--unleash', '--for', '60s', ...freePorts]
const patience = { timeout: 120_000 }

/** What a demo puts into the directory for temporary files, it has to take away. */
const temporary = await mkdtemp(join(tmpdir(), 'switchback-test-'))
// Postgres, which does not run as root, must get into it.
await chmod(temporary, 0o755)
process.env.TMPDIR = temporary
after(() => rm(temporary, { recursive: true, force: true }))

/** What `switchback doctor` finds of the Unleash that runs, by its configuration and by another token. */
async function assertDoctorKnowsUnleash(out: string): Promise<void> {
  const dirs = (await readdir(temporary)).map(name => join(temporary, name))
  const configs = dirs.filter(dir => existsSync(join(dir, 'switchback.yaml')))
  const argv = ['-c', String(configs[0]), '--timeout', '1m', '--json']
  const { out: json } = await runProgram({}, 'doctor', ...argv)
  const { findings } = JSON.parse(json) as { findings: Finding[] }
  const found = (check: string) =>
    findings.filter(each => each.check === check).map(each => `${each.state}: ${each.found}`)
  assert.deepEqual(found('unleash'), ['ok: 1 flag'])
  assert.deepEqual(found('unleash-admin'), ['ok: in default, development'])
  assert.match(found('clock').join(), /^ok: as Unleash has it/)

  const [, origin] = /Unleash +(http:\S+)/.exec(out) ?? []
  const stranger = { url: `${origin}/api`, token: 'default:development.unknown' }
  const answer = await askUnleash(stranger, systemClock, new AbortController().signal)
  assert.match(judgeUnleash(answer, [])[0]?.found ?? '', /^answers 401: the token is not one/)
}

test(
  'a percentage that is moved in the Unleash of the demo moves its traffic, and the audit names who did it',
  patience,
  async t => {
    const command = startCommand(t, ...bounded)
    await command.seen(/^ +1s /m)
    const { move, flag } = await logInToUnleash(command.out())
    await move('everyone', 40)
    await command.seen(/moved: everyone else 0 % → 40 %/)
    const [, admin, token] =
      /console +(http:\S+) +log in with the token (\S+)/.exec(command.out()) ?? []
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' }
    assert.equal((await fetch(`${admin}/audit`)).status, 401, 'who has no token is refused')
    const audit = async () =>
      (await (await fetch(`${admin}/audit?limit=100`, { headers })).json()) as {
        records: AuditRecord[]
      }
    const moved = async () =>
      (await audit()).records.find(({ event }) => event === 'rollout-moved-by-hand')
    while ((await moved()) === undefined);
    assert.match(String((await moved())?.why), /^everyone 0 % → 40 % in Unleash by admin, by hand/)
    await assertDoctorKnowsUnleash(command.out())

    const body = JSON.stringify({ who: 'anna', note: 'to see it' })
    const rollback = await fetch(`${admin}/latches/v2_migration/rollback`, {
      ...{ method: 'POST', headers, body },
    })
    assert.equal(rollback.status, 200, await rollback.text())
    while ((await flag()).enabled);
    const { child } = command
    child.kill('SIGINT')
    const { code, error } = await command.ended
    assert.equal(code, 0, error)
    assert.deepEqual(await readdir(temporary), [], 'a demo leaves nothing behind')
  },
)

test('a demo that is ended while Unleash starts leaves nothing behind', patience, async t => {
  const command = startCommand(t, ...bounded)
  await command.seen(/^Starting/m)
  while ((await readdir(temporary)).length === 0);
  command.child.kill('SIGINT')
  await command.ended
  while ((await readdir(temporary)).length > 0);
})

test('a taken port for Unleash ends the demo with its number', patience, async t => {
  const taken = createServer().listen(0, '127.0.0.1')
  t.after(() => taken.close())
  await new Promise(resolve => taken.once('listening', resolve))
  const { port } = taken.address() as AddressInfo
  const argv = bounded.with(bounded.indexOf('--unleash-port') + 1, String(port))
  const { code, error } = await startCommand(t, ...argv).ended
  assert.deepEqual(
    [code, error],
    [
      1,
      `Cannot start the demo: port ${port} must be free for Unleash, received EADDRINUSE. Choose another with --unleash-port.\n`,
    ],
  )
  assert.deepEqual(await readdir(temporary), [])
})
