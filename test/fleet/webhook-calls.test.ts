import assert from 'node:assert/strict'
import { createHmac } from 'node:crypto'
import { type TestContext, test } from 'node:test'
import type { WebhookConfig } from '../../src/config/schema-fleet.ts'
import { createWebhookCalls, mostUnderWay } from '../../src/fleet/announce/webhook-calls.ts'
import type { RolloutTold } from '../../src/fleet/rollout/rollout-news.ts'
import type { SecurityNews } from '../../src/security/event.ts'
import { createManualClock } from '../support/manual-clock.ts'
import { hook } from './announcers.ts'
import { eventually } from './eventually.ts'
import { startReceiver } from './receiver.ts'

const news: SecurityNews = {
  step: 'began',
  event: {
    kind: 'bad-token-flood',
    client: '203.0.113.0/24',
    since: 1_700_000_000_000,
    lastAt: 1_700_000_000_000,
    refusals: 24,
    from: 20,
    withinMs: 10_000,
  },
}

const seen = { event: 'security', security: news } as const

async function calling(t: TestContext, more: Partial<WebhookConfig> = { events: ['security'] }) {
  const clock = createManualClock()
  const receiver = await startReceiver(t)
  const counts: string[] = []
  const warned: string[] = []
  const calls = createWebhookCalls({
    machine: 'edge-1',
    clock,
    webhooks: () => [hook(receiver.url, more)],
    count: result => counts.push(result),
    log: { warn: (_details, message) => warned.push(message) },
  })
  t.after(() => calls.close())
  return { clock, receiver, counts, warned, calls }
}

test('who asked for it is told the whole event, signed', async t => {
  const secret = 'a secret of sixteen or more'
  const { receiver, calls, counts } = await calling(t, { events: ['security'], secret })
  calls.tell('in a sentence', seen)
  const { headers, body } = await receiver.nth(1)
  assert.equal(headers['x-switchback-event'], 'security')
  const mac = createHmac('sha256', secret).update(`1700000000.${body}`).digest('hex')
  assert.equal(headers['x-switchback-signature'], `t=1700000000,v1=${mac}`)
  assert.deepEqual(JSON.parse(body), {
    delivery: headers['x-switchback-delivery'],
    event: 'security',
    text: 'in a sentence',
    machine: 'edge-1',
    at: 1_700_000_000_000,
    nth: 1,
    security: news,
  })
  await eventually(() => counts.includes('done'))
})

test('Slack shows it as a message', async t => {
  const { receiver, calls } = await calling(t, { events: ['security'], format: 'slack' })
  calls.tell('a < b', seen)
  const { blocks } = JSON.parse((await receiver.nth(1)).body)
  assert.equal(blocks[0].text.text, '*Security event*\na &lt; b')
  assert.equal(blocks[1].elements[0].text, 'edge-1')
})

test('a webhook that asks for switch backs hears nothing of it', async t => {
  const { receiver, calls, counts } = await calling(t, { events: ['tripped', 'resumed'] })
  calls.tell('text', seen)
  await calls.close()
  assert.equal(receiver.received.length, 0)
  assert.deepEqual(counts, [])
})

test('a call that may succeed later is repeated as the same delivery; another event is another', async t => {
  const { clock, receiver, calls, counts } = await calling(t)
  receiver.script.push(503)
  calls.tell('text', seen)
  await receiver.nth(1)
  await eventually(() => counts.includes('again'))
  clock.advance(1000)
  await receiver.nth(2)
  calls.tell('text', seen)
  await receiver.nth(3)
  const [first, second, third] = receiver.received.map(
    ({ headers }) => headers['x-switchback-delivery'],
  )
  assert.equal(first, second)
  assert.notEqual(second, third)
})

test('one that was told in vain is counted and logged', async t => {
  const { receiver, calls, counts, warned } = await calling(t)
  receiver.script.push(404)
  calls.tell('text', seen)
  await eventually(() => warned.length > 0)
  assert.deepEqual(counts, ['failed'])
  assert.deepEqual(warned, ['a webhook heard nothing of security'])
})

test('a receiver that does not answer holds up a bounded number of calls', async t => {
  const { receiver, calls, counts } = await calling(t)
  receiver.script.push(...Array<null>(mostUnderWay + 5).fill(null))
  for (let i = 0; i < mostUnderWay + 5; i++) calls.tell('text', seen)
  assert.deepEqual(counts, Array(5).fill('dropped'))
  await receiver.nth(mostUnderWay)
  await calls.close()
  assert.equal(receiver.received.length, mostUnderWay)
})

const rollout: RolloutTold = {
  ...{ flag: 'v2', place: 'Unleash', who: 'edge-1' },
  event: 'stage-begun',
  from: 10,
  to: 25,
}

test('of a rollout who asked for it is told which stage began, and where', async t => {
  const { receiver, calls } = await calling(t, { events: ['rollout'] })
  calls.tell('v2: 10 % → 25 % in Unleash', { event: 'rollout', rollout })
  const { headers, body } = await receiver.nth(1)
  assert.equal(headers['x-switchback-event'], 'rollout')
  assert.deepEqual(JSON.parse(body), {
    delivery: headers['x-switchback-delivery'],
    event: 'rollout',
    text: 'v2: 10 % → 25 % in Unleash',
    machine: 'edge-1',
    at: 1_700_000_000_000,
    nth: 1,
    rollout,
  })
})

test('Slack shows a rollout as a message', async t => {
  const { receiver, calls } = await calling(t, { events: ['rollout'], format: 'slack' })
  calls.tell('v2: 10 % → 25 % in Unleash', { event: 'rollout', rollout })
  const { blocks } = JSON.parse((await receiver.nth(1)).body)
  assert.equal(blocks[0].text.text, '*Rollout*\nv2: 10 % → 25 % in Unleash')
})

test('who asked for security events hears nothing of rollouts', async t => {
  const { receiver, calls } = await calling(t)
  calls.tell('text', { event: 'rollout', rollout })
  await calls.close()
  assert.equal(receiver.received.length, 0)
})
