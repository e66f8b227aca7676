import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import type { AuditEntry } from '../../src/fleet/stores/store.ts'
import { phases } from '../../src/rollout/rollout-state.ts'
import { runProgram } from '../cli/run-program.ts'
import { configDir, faultsOf } from '../config/config-dir.ts'

const page = await readFile(join(import.meta.dirname, '../../docs/rollouts.md'), 'utf8')

test('the policy of the page is one', async t => {
  const [, policy = ''] = /```yaml\n(# policies\/careful\.yaml\n.*?)```/s.exec(page) ?? []
  assert.match(policy, /rollout:/)
  assert.deepEqual(await faultsOf(await configDir(t, { 'policies/careful.yaml': policy })), [])
})

test('the policy of segments is one, for a flag with a strategy of each title', async t => {
  const [, policy = ''] = /```yaml\n# policies\/segments\.yaml\n(.*?)```/s.exec(page) ?? []
  const titles = [...policy.matchAll(/[{,] (\w+): \d+(?= ?[,}])/g)].map(([, title]) => title)
  const strategies = [...new Set(titles)].map(title => ({
    ...{ name: 'flexibleRollout', title },
    parameters: { rollout: '0', stickiness: 'default' },
  }))
  assert.equal(strategies.length, 4)
  const files = {
    'policies/careful.yaml': policy,
    'flags/v2_migration.json': JSON.stringify({ name: 'v2_migration', enabled: true, strategies }),
  }
  assert.deepEqual(await faultsOf(await configDir(t, files)), [])
})

test('the page explains every phase, and no other', () => {
  const explained = [...page.matchAll(/^\| `([\w-]+)` \|/gm)].map(([, word]) => word)
  assert.deepEqual(
    explained.filter(word => (phases as readonly (string | undefined)[]).includes(word)),
    phases,
  )
})

test('the page names every event of the audit', () => {
  const events: Record<Extract<AuditEntry['event'], `rollout-${string}`>, true> = {
    'rollout-stage-begun': true,
    'rollout-moved-by-hand': true,
    'rollout-move-lost': true,
    'rollout-promoted': true,
    'rollout-word': true,
  }
  for (const event of Object.keys(events)) assert.ok(page.includes(`\`${event}\``), event)
})

test('every command on the page is one', async () => {
  const commands = [...page.matchAll(/(?:^ *|`)switchback ([a-z]+)/gm)].map(([, word]) =>
    String(word),
  )
  assert.ok(commands.length >= 4)
  for (const command of commands) {
    assert.equal((await runProgram({}, command, '--help')).code, 0, command)
  }
})
