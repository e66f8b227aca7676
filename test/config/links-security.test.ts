import assert from 'node:assert/strict'
import { test } from 'node:test'
import { configDir, faultLines, snapshotOf } from './config-dir.ts'

function process(events: string): Record<string, string> {
  return { 'switchback.yaml': `security:\n  events:\n    ${events}\n` }
}

/** What is written → the faults. */
const refused: Readonly<Record<string, readonly string[]>> = {
  'probing: { perClient: 2000 }': [
    'switchback.yaml:3:5 security.events.probing.inAll must be 0, or at least perClient, which is 2000, received nothing',
  ],
  'probing: { perClient: 50, inAll: 49 }': [
    'switchback.yaml:3:38 security.events.probing.inAll must be 0, or at least perClient, which is 50, received 49',
  ],
  'probing: { withinMs: 999 }': [
    'switchback.yaml:3:26 security.events.probing.withinMs must be an integer from 1000 to 3600000, received 999',
  ],
}

for (const [written, faults] of Object.entries(refused)) {
  test(`${written} is refused`, async t => {
    assert.deepEqual(await faultLines(await configDir(t, process(written))), faults)
  })
}

test('what is not an event is no field', async t => {
  const [line] = await faultLines(await configDir(t, process('bad-tokens: { perClient: 1 }')))
  assert.match(String(line), /bad-tokens/)
})

test('what is left out has its default, and 0 is off', async t => {
  const dir = await configDir(t, process('probing: { perClient: 5, inAll: 0 }'))
  const { security } = (await snapshotOf(dir)).process
  assert.deepEqual(security.events.probing, { perClient: 5, inAll: 0, withinMs: 10_000 })
  assert.equal(security.events['bad-token-flood'].perClient, 20)
})
