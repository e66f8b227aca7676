import assert from 'node:assert/strict'
import { createHmac } from 'node:crypto'
import { test } from 'node:test'
import { nextDelayMs } from '../../src/fleet/announce/attempts.ts'
import { createManualClock } from '../support/manual-clock.ts'
import { announcer, hook } from './announcers.ts'
import { eventually } from './eventually.ts'
import { openStore } from './machines.ts'
import { startReceiver } from './receiver.ts'
import { latch } from './store-states.ts'

const trip = latch({ since: 1_700_000_000_000 })

async function told(t: Parameters<typeof startReceiver>[0], more: Parameters<typeof hook>[1] = {}) {
  const clock = createManualClock()
  const receiver = await startReceiver(t)
  const audience = { webhooks: [hook(receiver.url, more)] }
  const parts = announcer(t, { clock, local: openStore(t, clock), audience })
  const webhook = () =>
    parts.announcer.statuses('v2_migration').find(({ step }) => step === 'webhook')
  return { clock, receiver, webhook, ...parts }
}

test('the whole event is told, signed over its time', async t => {
  const secret = 'a secret of sixteen or more'
  const { receiver, announcer, webhook, audit } = await told(t, { secret })
  announcer.onChange(trip)
  const { method, path, headers, body } = await receiver.nth(1)
  assert.deepEqual([method, path, headers['content-type']], ['POST', '/hook', 'application/json'])
  const mac = createHmac('sha256', secret).update(`1700000000.${body}`).digest('hex')
  assert.equal(headers['x-switchback-signature'], `t=1700000000,v1=${mac}`)
  assert.equal(headers['x-switchback-event'], 'tripped')
  assert.deepEqual(JSON.parse(body), {
    delivery: headers['x-switchback-delivery'],
    event: 'tripped',
    text: 'v2_migration: all traffic is back on V1. 31 of 412 answers failed, allowed 1 %',
    machine: 'machine-a',
    at: 1_700_000_000_000,
    latch: trip,
    v1: null,
  })
  await eventually(() => webhook()?.state === 'done')
  assert.deepEqual(
    audit.map(({ event, who, subject }) => [event, who, subject]),
    [['webhook-delivered', 'machine-a', 'v2_migration']],
  )
  // Where it leads is shown; the path may be the secret.
  const { origin } = new URL(receiver.url)
  assert.equal(audit[0]?.why, `tripped to ${origin} (webhook 1): delivered`)
})

test('Slack shows a message, and no note can call a channel', async t => {
  const { receiver, announcer } = await told(t, { format: 'slack' })
  announcer.onChange(
    latch({ by: 'ada', reason: 'operator', note: '<!channel> a & b', evidence: null }),
  )
  const { body, headers } = await receiver.nth(1)
  assert.equal(headers['x-switchback-signature'], undefined)
  const { text, blocks } = JSON.parse(body)
  assert.equal(text, 'v2_migration: ada sent all traffic back to V1: &lt;!channel&gt; a &amp; b')
  assert.equal(blocks[0].text.text, `*Switched back to V1*\n${text}`)
})

test('who may answer later is asked again after 1, 2, 4 … s, under one delivery', async t => {
  const { clock, receiver, announcer, webhook, counts } = await told(t)
  receiver.script.push(503, 429, 408)
  announcer.onChange(trip)
  for (const [n, delayMs] of [
    [1, 1000],
    [2, 2000],
    [3, 4000],
  ] as const) {
    await receiver.nth(n)
    await eventually(() => webhook()?.text.endsWith(`again in ${delayMs / 1000} s`))
    clock.advance(delayMs - 1)
    assert.equal(receiver.received.length, n)
    clock.advance(1)
  }
  await receiver.nth(4)
  await eventually(() => webhook()?.state === 'done')
  const ids = new Set(receiver.received.map(({ headers }) => headers['x-switchback-delivery']))
  assert.equal(ids.size, 1)
  assert.equal(counts.filter(each => each === 'webhook again').length, 3)
})

for (const status of [302, 400, 404, 410]) {
  test(`an answer of ${status} is final`, async t => {
    const { receiver, announcer, webhook, audit } = await told(t)
    receiver.script.push(status)
    announcer.onChange(trip)
    await eventually(() => webhook()?.state === 'failed')
    assert.equal(webhook()?.text, `answered ${status}`)
    assert.equal(audit[0]?.event, 'webhook-failed')
    assert.equal(receiver.received.length, 1)
  })
}

test('who does not answer within 5 s is asked again', async t => {
  const { clock, receiver, announcer, webhook } = await told(t)
  receiver.script.push(null)
  announcer.onChange(trip)
  await receiver.nth(1)
  clock.advance(5000)
  await eventually(() => webhook()?.text === 'no answer within 5 s, after 1 attempt; again in 1 s')
  clock.advance(1000)
  await receiver.nth(2)
  await eventually(() => webhook()?.state === 'done')
})

test('the status decides, whatever becomes of the body', async t => {
  const { clock, receiver, announcer, webhook } = await told(t)
  receiver.script.push('endless')
  announcer.onChange(trip)
  await eventually(() => {
    // Once it has the request it may take all its time.
    if (receiver.received.length > 0) clock.advance(100)
    return webhook()?.state === 'done' || webhook()?.text.startsWith('no answer')
  })
  assert.deepEqual([webhook()?.state, webhook()?.text], ['done', 'delivered'])
})

test('after ten minutes it is given up', () => {
  const delays: number[] = []
  let elapsedMs = 0
  for (;;) {
    const delayMs = nextDelayMs(delays.length + 1, elapsedMs)
    if (delayMs === null) break
    delays.push(delayMs / 1000)
    elapsedMs += delayMs
  }
  assert.deepEqual(delays, [1, 2, 4, 8, 16, 32, 64, 128, 256])
})

test('a webhook hears only what it asked for', async t => {
  const { receiver, announcer, webhook } = await told(t, { events: ['resumed'] })
  announcer.onChange(trip)
  announcer.onChange(latch({ version: 2, state: 'open', by: 'ada', reason: 'operator' }))
  await eventually(() => webhook()?.state === 'done')
  assert.deepEqual(
    receiver.received.map(({ headers }) => headers['x-switchback-event']),
    ['resumed'],
  )
})
