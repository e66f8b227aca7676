import assert from 'node:assert/strict'
import { test } from 'node:test'
import { pause, systemClock } from '../../src/clock.ts'
import { liveName } from '../../src/guard/live-v2.ts'
import { createLiveTally } from '../../src/pipeline/live-tally.ts'
import type { Gate } from '../../src/rollout/gate.ts'
import { notAsked } from '../../src/upstream/outcome.ts'
import { caller, route as linkedRoute } from '../cohort/parts.ts'
import { startWithBadV2 } from './bad-v2.ts'

const policy = 'budgets: [{ signal: errors, max: 1% }]\ntesters: [tester]\n'
const route = 'force: { header: x-variant, users: [forcer] }\n'

/** A gateway that gives everybody V2, and its gate. */
async function start(...options: Parameters<typeof startWithBadV2>) {
  const v2 = await startWithBadV2(...options)
  const gateway = await v2.start()
  const gate = async () => (await (await fetch(`${gateway.adminUrl}/gates/v2`)).json()) as Gate
  return { ...v2, ...gateway, gate }
}

/** Asked until the counts have come: they travel every quarter second. */
async function becomes(gate: () => Promise<Gate>, isWanted: (gate: Gate) => boolean) {
  for (;;) {
    const now = await gate()
    if (isWanted(now)) return now
    await pause(systemClock, 20)
  }
}

test('a client on V2 makes it live, and its budgets hold the gate from then on', async t => {
  const { gate, get } = await start(t, { policy })
  const before = await gate()
  assert.deepEqual([before.state, before.isLive], ['open', false])
  assert.equal(before.budgets[0]?.says, 'needs-live-traffic')
  await get({ 'x-user-id': 'anybody' })
  const live = await becomes(gate, ({ isLive }) => isLive)
  assert.deepEqual([live.state, live.budgets[0]?.says], ['not-yet', 'not-yet'])
})

test('testers, and who forces V2, are no live traffic', async t => {
  const { gate, get, asked } = await start(t, { policy, route })
  await get({ 'x-user-id': 'tester' })
  await get({ 'x-user-id': 'forcer', 'x-variant': 'v2' })
  assert.equal(asked(), 2)
  const seen = await becomes(gate, ({ budgets }) => /0 of 2 /.test(budgets[0]?.text ?? ''))
  assert.equal(seen.isLive, false)
  await get({ 'x-user-id': 'anybody' })
  await becomes(gate, ({ isLive }) => isLive)
})

test('a V2 that was not asked, its breaker being open, is not live by that', () => {
  const tally = createLiveTally()
  const route = { testers: null, config: linkedRoute() }
  const counts = () => {
    const into: Record<string, number> = {}
    tally.takeCounts(into)
    return into
  }
  const unasked = notAsked('v2', 'breaker-open')
  tally.saw('v2', route, caller('anybody'), unasked)
  assert.deepEqual(counts(), {})
  tally.saw('v2', route, caller('anybody'), { ...unasked, unavailable: null, attempts: 1 })
  assert.deepEqual(counts(), { [liveName('v2')]: 1 })
  assert.deepEqual(counts(), {})
})

test('a flag that is switched back is closed, says why, and is not live after a resume', async t => {
  const { gate, get, operate } = await start(t, { policy })
  await get()
  await becomes(gate, ({ isLive }) => isLive)
  await operate('rollback')
  const closed = await gate()
  assert.equal(closed.state, 'closed')
  assert.match(closed.text, /^switched back: v2: test sent all traffic back to V1: by a test$/)
  await operate('resume')
  const resumed = await gate()
  assert.deepEqual([resumed.state, resumed.isLive], ['open', false])
})
