import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { type TestContext, test } from 'node:test'
import { pause, systemClock } from '../../src/clock.ts'
import type { LatchReport } from '../../src/fleet/gateway-status.ts'
import type { Gate } from '../../src/rollout/gate.ts'
import type { RouteDifferences } from '../../src/shadow/finding.ts'
import { runProgram } from '../cli/run-program.ts'
import { flagFile } from '../support/gateway.ts'
import { createClient } from '../support/http.ts'
import { startShadowed } from './shadowed.ts'

const policy = 'budgets: [{ signal: mismatch, max: 0.5% }, { signal: errors, max: 5% }]\n'

/** V1 and a V2 whose price is off by 1 % until it is mended; each answer has an id of its own. */
async function start(t: TestContext) {
  const state = { isMended: false }
  const answer = (price: () => number) => (_request: unknown, response: ServerAnswer) =>
    response
      .writeHead(200, { 'content-type': 'application/json' })
      .end(JSON.stringify({ id: randomUUID(), price: price() }))
  const gateway = await startShadowed(t, {
    shadow: '{ noise: 25% }',
    policy,
    v1: answer(() => 100),
    v2: answer(() => (state.isMended ? 100 : 101)),
  })
  const client = createClient(t)
  const at = async (path: string) => (await fetch(`${gateway.adminUrl}${path}`)).json()
  return {
    ...gateway,
    state,
    ask: (user: number) => client(`${gateway.url}/`, { 'x-user-id': String(user) }),
    gate: async () => (await at('/gates/v2')) as Gate,
    latch: async () => {
      const [latch] = (await at('/latches')) as LatchReport[]
      return latch?.state ?? assert.fail('the flag has a latch')
    },
    differences: async () => (await at('/differences/main?all=true')) as RouteDifferences,
    /** Resolves when every copy so far was compared, and the control plane heard of it. */
    async told() {
      const { shadow } = await gateway.settled()
      for (;;) {
        const { compared, notCompared } = (await at('/differences/main')) as RouteDifferences
        assert.deepEqual(notCompared, {})
        if (compared === shadow.sent) return
        await pause(systemClock, 20)
      }
    },
    run: (...argv: string[]) => runProgram({}, ...argv, '--admin', gateway.adminUrl),
  }
}

interface ServerAnswer {
  writeHead(status: number, headers: Record<string, string>): { end(body: string): void }
}

/** Sends clients, a few at a time, until it is so. */
async function until(gateway: Awaited<ReturnType<typeof start>>, isSo: () => Promise<boolean>) {
  for (let user = 0; !(await isSo()); user += 20) {
    assert.ok(user < 100_000, 'it must become so at last')
    await Promise.all(Array.from({ length: 20 }, (_, i) => gateway.ask(user + i)))
    await pause(systemClock, 20)
  }
}

test('a V2 that differs at 0 % is named and closes the gate; its first client switches it back', async t => {
  const gateway = await start(t)
  assert.equal((await gateway.gate()).state, 'not-yet')

  await until(gateway, async () => (await gateway.gate()).state === 'closed')
  const closed = await gateway.gate()
  assert.match(closed.text, /^mismatch max 0\.5% of main: .* pairs differed, .*worst is \/price/)
  assert.equal((await gateway.latch()).state, 'open')
  const { code, out } = await gateway.run('diff', 'main')
  assert.equal(code, 6)
  assert.match(out, /^ {2}REAL +\/price +value .*100 → 101/m)
  assert.doesNotMatch(out, /REAL +\/id/)
  assert.equal((await gateway.run('gate', 'v2')).code, 4)

  await gateway.edit({ 'flags/v2.json': flagFile('v2', 100) })
  await gateway.reload()
  await until(gateway, async () => (await gateway.latch()).state === 'tripped')
  const { reason, evidence } = await gateway.latch()
  assert.equal(reason, 'budget-breach')
  assert.equal(evidence?.budget, 'mismatch max 0.5%')
  assert.match(evidence?.text ?? '', /worst is \/price \(value\)/)
})

test('a difference that is acknowledged opens the gate again', async t => {
  const gateway = await start(t)
  await until(gateway, async () => (await gateway.gate()).state === 'closed')
  const said = ['--why', 'rounded otherwise']
  const done = await gateway.run('diff', 'acknowledge', 'main', '/price', 'value', ...said)
  assert.deepEqual([done.code, done.error], [0, ''])
  assert.equal((await gateway.gate()).state, 'not-yet')
  await until(gateway, async () => (await gateway.gate()).state === 'open')
  const { findings } = await gateway.differences()
  const price = findings.find(({ at }) => at === '/price')
  assert.equal(price?.acknowledged?.why, 'rounded otherwise')
  assert.equal((await gateway.latch()).state, 'open')
})

test('a V2 that was mended, and of which the past is forgotten, is judged anew', async t => {
  const gateway = await start(t)
  await until(gateway, async () => (await gateway.gate()).state === 'closed')
  gateway.state.isMended = true
  await gateway.told()
  const done = await gateway.run('diff', 'forget', 'main', '--why', 'the price is right now')
  assert.deepEqual([done.code, done.error], [0, ''])
  const anew = await gateway.gate()
  assert.deepEqual([anew.state, anew.budgets[0]?.text], ['not-yet', 'no answers were compared'])
  await until(gateway, async () => (await gateway.differences()).compared > 200)
  const { code, out } = await gateway.run('diff', 'main')
  assert.equal(code, 0)
  assert.doesNotMatch(out, /\/price/)
})
