import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { systemClock } from '../../src/clock.ts'
import { mostAheadSeconds, mostDays } from '../../src/fleet/revocation/read-revocation.ts'
import { lookMs } from '../../src/fleet/revocation/revocation-feed.ts'
import { createRedisStore } from '../../src/fleet/stores/redis-store.ts'
import { createControlMetrics } from '../../src/telemetry/control-metrics.ts'
import { runProgram } from '../cli/run-program.ts'
import { configDir, snapshotOf } from '../config/config-dir.ts'
import { eventually } from '../fleet/eventually.ts'
import { openStore } from '../fleet/machines.ts'
import { revokingMachine } from '../fleet/revoking-machines.ts'
import { redisCommand } from '../support/redis-command.ts'
import { startRedis } from '../support/redis-server.ts'

const page = await readFile(join(import.meta.dirname, '../../docs/revocation.md'), 'utf8')
const shown = [...page.matchAll(/^```sh\n([\s\S]*?)^```/gm)].flatMap(([, text = '']) =>
  text.replaceAll('\\\n', '').trim().split('\n'),
)

/** The words of a command line, as a shell takes them. */
function words(line: string): string[] {
  return [...line.matchAll(/'([^']*)'|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain ?? '')
}

test('what a login service is told to write into Redis is read by every gateway', async t => {
  const redis = await startRedis(t)
  const url = `redis://127.0.0.1:${redis.port}`
  const settings = { url, prefix: 'switchback', timeoutMs: 5000, clock: systemClock }
  const shared = createRedisStore(settings)
  t.after(() => shared.close())
  const machine = revokingMachine(t, {
    ...{ local: openStore(t, systemClock), shared, clock: systemClock },
  })
  await machine.keeper.start()
  const commands = shown.filter(line => line.startsWith('redis-cli'))
  assert.equal(commands.length, 3)
  for (const command of commands) await redisCommand(redis.port, words(command).slice(1))
  await eventually(() => machine.holds('08a5019c', 'anna', '8f14e45f'))
  assert.deepEqual(machine.bad, [])
  const held = machine.keeper.revocations()
  const anna = held.find(({ kind }) => kind === 'sub')
  assert.equal(anna?.issuer, 'https://idp.example.com')
  assert.equal(held.find(({ kind }) => kind === 'jti')?.until, 1_796_000_000)
})

test('every command on the page is one, with its options', async () => {
  const commands = shown.filter(line => line.startsWith('switchback'))
  assert.equal(commands.length, 3)
  for (const line of commands) {
    const [, ...argv] = words(line)
    // Nobody is there: what it could not read would be refused before it asks.
    const { code, error } = await runProgram({}, ...argv, '--admin', 'http://127.0.0.1:1')
    assert.equal(code, 3, `${line}: ${error}`)
  }
})

test('the defaults, the numbers and the metrics are those of the code', async t => {
  const [yaml = ''] = [...page.matchAll(/^```yaml\n([\s\S]*?)^```/gm)].map(([, text]) => text)
  const written = await snapshotOf(await configDir(t, { 'switchback.yaml': yaml }))
  const plain = await snapshotOf(await configDir(t))
  assert.deepEqual(written.process.revocation, plain.process.revocation)
  assert.ok(page.includes(`\`before\` may be ${mostAheadSeconds} s ahead`))
  assert.ok(page.includes(`\`until\` ${mostDays} days`))
  assert.ok(page.includes(`every ${lookMs} ms`))
  const metrics = await createControlMetrics({ ownProcess: false }).registry.metrics()
  for (const [name] of page.matchAll(/switchback_revocations\w*/g)) {
    assert.ok(metrics.includes(`# HELP ${name} `), name)
  }
})
