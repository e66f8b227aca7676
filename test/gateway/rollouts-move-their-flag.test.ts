import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import type { Clock } from '../../src/clock.ts'
import { lookMs } from '../../src/fleet/rollout/rollout-keeper.ts'
import type { RolloutReport } from '../../src/fleet/rollout/rollout-report.ts'
import type { AuditRecord } from '../../src/fleet/stores/store.ts'
import { runProgram } from '../cli/run-program.ts'
import { startReceiver } from '../fleet/receiver.ts'
import { oneRoute, realClock, startGateway, testProcess } from '../support/gateway.ts'
import { startUpstream } from '../support/http.ts'
import { sendRaw } from '../support/raw.ts'
import { lines, plainRequest } from '../support/requests.ts'

/** Real time, in which rollouts are looked at more often. */
const hurried: Clock = {
  ...realClock,
  every(periodMs, tick) {
    if (periodMs !== lookMs) return realClock.every(periodMs, tick)
    return realClock.every(50, () => {
      looks++
      tick()
    })
  },
}
let looks = 0

/** As a person wrote it: the gateway may change one text of it and nothing else. */
const flagFile = `{
  "name": "v2",   "enabled": true,
  "strategies": [
    { "name": "flexibleRollout",
      "parameters": { "rollout": "0", "stickiness": "default", "groupId": "v2" } }
  ]
}
`

async function start(t: TestContext, rollout: string, more: Record<string, string> = {}) {
  const v1 = await startUpstream(t, 'v1')
  let fails = false
  const v2 = await startUpstream(t, 'v2', (_, response) => {
    response.writeHead(fails ? 500 : 200).end()
  })
  const policy = `budgets: [{ signal: errors, max: 5%, minRequests: 20 }]\nrollout: ${rollout}\n`
  const files = {
    ...oneRoute({ v1: v1.url, v2: v2.url, policy }),
    'flags/v2.json': flagFile,
    ...more,
  }
  const gateway = await startGateway(t, files, hurried)
  const at = async (path: string) => (await fetch(`${gateway.adminUrl}${path}`)).json()
  let user = 0
  return {
    ...gateway,
    failV2: () => {
      fails = true
    },
    /** A request of another user each time. */
    async ask(): Promise<void> {
      await sendRaw(gateway.port, plainRequest('/', lines(`x-user-id: user-${user++}`)))
    },
    rollout: async () => (await at('/rollouts/v2')) as RolloutReport,
    audit: async () => ((await at('/audit?limit=1000')) as { records: AuditRecord[] }).records,
    run: (...argv: string[]) => runProgram({}, ...argv, '--admin', gateway.adminUrl),
    as: (token: string, ...argv: string[]) =>
      runProgram({ SWITCHBACK_ADMIN_TOKEN: token }, ...argv, '--admin', gateway.adminUrl),
  }
}

type Started = Awaited<ReturnType<typeof start>>

/** Sends clients until it is so. */
async function until(gateway: Started, isSo: (report: RolloutReport) => boolean) {
  for (;;) {
    for (let i = 0; i < 10; i++) await gateway.ask()
    const report = await gateway.rollout()
    if (isSo(report)) return report
  }
}

const percents = '[{ percent: 10, minRequests: 20 }, { percent: 50 }, { percent: 100 }]'

test('a rollout whose start a person agrees to goes through its stages in flags/, and each is audited', async t => {
  const gateway = await start(t, `{ approve: automatic, stages: ${percents} }`)
  const waiting = await until(gateway, ({ phase }) => phase === 'waiting-approval')
  assert.equal(waiting.percent, 0)
  assert.match(waiting.text, /^0 % → 10 %: needs the word of a person/)
  const promoted = await gateway.run('promote', 'v2', '--note', 'ready since Monday')
  assert.equal(promoted.code, 0)

  const seen = new Set<unknown>()
  await until(gateway, ({ percent, phase }) => {
    seen.add(percent)
    return phase === 'promoted'
  })
  assert.deepEqual(
    [...seen].filter(percent => percent !== 0),
    [10, 50, 100],
  )
  const written = await readFile(join(gateway.dir, 'flags/v2.json'), 'utf8')
  assert.equal(written, flagFile.replace('"rollout": "0"', '"rollout": "100"'))

  const told = (await gateway.audit()).filter(({ event }) => event.startsWith('rollout-'))
  assert.deepEqual(
    told.map(({ event, why }) => [event, why]),
    [
      ['rollout-word', 'agreed to go on from 0 % to 10 %: ready since Monday'],
      ['rollout-stage-begun', '0 % → 10 % in flags/'],
      ['rollout-stage-begun', '10 % → 50 % in flags/'],
      ['rollout-stage-begun', '50 % → 100 % in flags/'],
      ['rollout-promoted', 'the last stage, 100 %, is over'],
    ],
  )
})

test('V2 that fails at a stage ends with all on V1 and a rollout that is switched back', async t => {
  const stages = '[{ percent: 50, hold: 1h }, { percent: 100 }]'
  const gateway = await start(t, `{ start: automatic, stages: ${stages} }`)
  await until(gateway, ({ percent }) => percent === 50)
  gateway.failV2()
  const report = await until(gateway, ({ phase }) => phase === 'switched-back')
  assert.equal(report.percent, 50)
  assert.equal(report.text, '50 %: switched back, all callers have V1')
  assert.deepEqual((await gateway.run('promote', 'v2')).code, 1)
  const { out } = await gateway.run('rollout', 'v2')
  assert.match(out, /v2 {2}SWITCHED BACK/)
})

test('a percentage edited in the file is followed and named in the audit', async t => {
  const stages = '[{ percent: 10, hold: 1h }, { percent: 50, hold: 1h }, { percent: 100 }]'
  const gateway = await start(t, `{ start: automatic, stages: ${stages} }`)
  await until(gateway, ({ percent }) => percent === 10)
  await gateway.edit({ 'flags/v2.json': flagFile.replace('"rollout": "0"', '"rollout": "30"') })
  const report = await until(gateway, ({ percent }) => percent === 30)
  assert.equal(report.next, 50)
  const [moved] = (await gateway.audit()).filter(each => each.event === 'rollout-moved-by-hand')
  assert.equal(moved?.why, '10 % → 30 % in flags/, by hand')
})

test('a person stops it and lets it go on, and the answers say so', async t => {
  const stages = '[{ percent: 10, hold: 1h }, { percent: 100 }]'
  const gateway = await start(t, `{ start: automatic, stages: ${stages} }`)
  await until(gateway, ({ percent, phase }) => percent === 10 && phase === 'holding')
  const paused = await gateway.run('pause', 'v2', '--note', 'thin night shift')
  assert.equal(paused.code, 0)
  assert.match(paused.out, /^10 % → 100 %: paused by .*: thin night shift$/)
  const again = await gateway.run('pause', 'v2')
  assert.equal(again.code, 1)
  assert.match(again.error, /must not be paused already/)
  assert.equal((await gateway.run('continue', 'v2')).code, 0)
  assert.equal((await gateway.rollout()).phase, 'holding')
})

test('a flag without a rollout is told apart from one that has', async t => {
  const gateway = await start(t, '{ stages: [{ percent: 100 }] }')
  const { code, error } = await gateway.run('promote', 'v3')
  assert.equal(code, 1)
  assert.match(error, /flag must be one whose policy has a rollout, received "v3"/)
})

test('two persons are two who proved who they are, whatever one of them says to be called', async t => {
  const tokens = { anna: 'a'.repeat(43), boris: 'b'.repeat(43) }
  const lists = Object.entries(tokens).map(
    ([name, token]) =>
      `{ name: ${name}, sha256: ${createHash('sha256').update(token).digest('hex')}, role: approver }`,
  )
  const gateway = await start(t, '{ start: two-persons, stages: [{ percent: 100 }] }', {
    'switchback.yaml': testProcess.replace(
      'admin: { port: 0 }',
      `admin: { port: 0, tokens: [${lists.join(', ')}] }`,
    ),
  })
  const show = () => gateway.as(tokens.anna, 'rollout', 'v2')
  const headers = { authorization: `Bearer ${tokens.anna}`, 'content-type': 'application/json' }
  // The budget passes on nothing at 0 %, and then it is up to people.
  while (!/WAITING APPROVAL/.test((await show()).out)) await gateway.ask()
  for (const [who, status] of [
    ['anna', 200],
    ['boris', 409],
  ] as const) {
    const { status: answered } = await fetch(`${gateway.adminUrl}/rollouts/v2/promote`, {
      ...{ method: 'POST', headers },
      body: JSON.stringify({ who }),
    })
    assert.equal(answered, status)
  }
  assert.match((await show()).out, /agreed by anna, and the word of a second person/)
  assert.equal((await gateway.as(tokens.boris, 'promote', 'v2')).code, 0)
  while (!/now 100 %/.test((await show()).out)) await gateway.ask()
})

test('without traffic a stage is not left, and the status says why', async t => {
  const stages = '[{ percent: 10, minRequests: 1000 }, { percent: 100 }]'
  const gateway = await start(t, `{ start: automatic, stages: ${stages} }`)
  await until(gateway, ({ percent, phase }) => percent === 10 && phase === 'holding')
  // From here on nobody asks.
  const seen = looks
  while (looks < seen + 40) await new Promise(setImmediate)
  const { percent, text } = await gateway.rollout()
  assert.equal(percent, 10)
  assert.match(text, /^10 % → 100 %: needs [0-9,]+ more V2 requests, .*errors max 5%/)
})

test('who listens to rollouts hears of each stage once', async t => {
  const receiver = await startReceiver(t)
  const gateway = await start(t, `{ start: automatic, approve: automatic, stages: ${percents} }`, {
    'switchback.yaml': `${testProcess}webhooks: [{ url: "${receiver.url}", events: [rollout] }]\n`,
  })
  await until(gateway, ({ phase }) => phase === 'promoted')
  await receiver.nth(4)
  const told = receiver.received.map(({ body }) => JSON.parse(body))
  assert.deepEqual(told.map(({ text }) => text).sort(), [
    'v2: 0 % → 10 % in flags/',
    'v2: 10 % → 50 % in flags/',
    'v2: 50 % → 100 % in flags/',
    'v2: the last stage, 100 %, is over',
  ])
  const { rollout } = told.find(({ nth }) => nth === 1)
  const { who, ...rest } = rollout
  assert.deepEqual(rest, { event: 'stage-begun', flag: 'v2', place: 'flags/', from: 0, to: 10 })
  assert.equal(typeof who, 'string')
})
