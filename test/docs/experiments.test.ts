import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { experimentVerdicts } from '../../src/experiment/finding.ts'
import { deedFates } from '../../src/experiment/user.ts'
import { mostUsers } from '../../src/experiment/user-tally.ts'
import { runProgram } from '../cli/run-program.ts'
import { configDir, faultsOf } from '../config/config-dir.ts'

const page = await readFile(join(import.meta.dirname, '../../docs/experiments.md'), 'utf8')

test('the policy of the page is one', async t => {
  const [, policy = ''] = /```yaml\n(.*?)```/s.exec(page) ?? []
  assert.match(policy, /experiments:/)
  const files = {
    'policies/careful.yaml': policy,
    'switchback.yaml': `cookieSecret: ${'s'.repeat(32)}\n`,
  }
  assert.deepEqual(await faultsOf(await configDir(t, files)), [])
})

test('the page explains every verdict, and no other', () => {
  const [, table = ''] = /\| verdict \|.*?\n\|---.*?\n(.*?)\n\n/s.exec(page) ?? []
  const explained = [...table.matchAll(/^\| `([\w-]+)` \|/gm)].map(([, word]) => word)
  assert.deepEqual(explained, [...experimentVerdicts])
})

test('the page names what becomes of what users did, and how many there is room for', () => {
  const [line = ''] = /^\| `switchback_experiment_sightings_total.*$/m.exec(page) ?? []
  for (const fate of [...deedFates, 'left-out']) assert.ok(line.includes(`\`${fate}\``), fate)
  assert.ok(page.includes(`${mostUsers.toLocaleString('en-US')} users in a worker`))
})

test('every command on the page is one', async () => {
  for (const within of [[], ['restart']]) {
    assert.equal((await runProgram({}, 'experiment', ...within, '--help')).code, 0)
  }
})
