import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { createManualClock } from '../support/manual-clock.ts'
import { startUnleash, type UnleashServer } from '../support/unleash-server.ts'
import { announcer } from './announcers.ts'
import { eventually } from './eventually.ts'
import { openStore } from './machines.ts'
import { latch } from './store-states.ts'

let server: UnleashServer

before(async () => {
  server = await startUnleash()
})

after(() => server.stop())

const strategies = [
  {
    name: 'flexibleRollout',
    parameters: { rollout: '35', stickiness: 'default', groupId: 'g' },
    constraints: [],
  },
]

async function isEnabled(flag: string): Promise<boolean> {
  const path = `/projects/default/features/${flag}/environments/development`
  return ((await server.admin('GET', path)) as { enabled: boolean }).enabled
}

function switched(t: Parameters<typeof openStore>[0], more: { token?: string } = {}) {
  const clock = createManualClock()
  const unleash = {
    url: `${server.url}/admin/`,
    token: server.adminToken,
    project: 'default',
    environment: 'development',
    ...more,
  }
  const local = openStore(t, clock)
  const parts = announcer(t, { clock, local, audience: { unleash } })
  const change = (flag: string, version: number, state: 'open' | 'tripped') =>
    parts.announcer.onChange(latch({ flag, version, state }))
  const told = (flag: string) =>
    parts.announcer.statuses(flag).find(({ step }) => step === 'unleash')
  return { ...parts, clock, change, told }
}

test('a switch back turns the flag off, a resume turns it on with its share as it was', async t => {
  await server.setFlag({ name: 'moved', enabled: true, strategies })
  const { change, told, audit } = switched(t)
  change('moved', 1, 'tripped')
  await eventually(() => told('moved')?.state === 'done')
  assert.equal(await isEnabled('moved'), false)
  change('moved', 2, 'open')
  await eventually(() => told('moved')?.state === 'done')
  assert.equal(await isEnabled('moved'), true)
  const path = '/projects/default/features/moved/environments/development/strategies'
  const kept = (await server.admin('GET', path)) as { parameters: { rollout: string } }[]
  assert.deepEqual(
    kept.map(({ parameters }) => parameters.rollout),
    ['35'],
  )
  assert.deepEqual(
    audit.map(({ event, why }) => [event, why]),
    [
      ['unleash-turned-off', 'moved: turned off in development'],
      ['unleash-turned-on', 'moved: turned on in development'],
    ],
  )
})

test('what a person had turned off stays off', async t => {
  await server.setFlag({ name: 'resting', enabled: false, strategies })
  const { change, told } = switched(t)
  change('resting', 1, 'tripped')
  await eventually(() => told('resting')?.state === 'done')
  assert.equal(told('resting')?.text, 'was already off in development')
  change('resting', 2, 'open')
  await eventually(() => told('resting')?.text.startsWith('left as it is'))
  assert.equal(await isEnabled('resting'), false)
})

test('a flag that Unleash does not know, or a token that may not, is told and not repeated', async t => {
  const { change, told, audit, counts } = switched(t)
  change('nobody-made-it', 1, 'tripped')
  await eventually(() => told('nobody-made-it')?.state === 'failed')
  assert.equal(told('nobody-made-it')?.text, 'answered 404')
  const stranger = switched(t, { token: '*:*.wrong' })
  await server.setFlag({ name: 'guarded', enabled: true, strategies })
  stranger.change('guarded', 1, 'tripped')
  await eventually(() => stranger.told('guarded')?.state === 'failed')
  assert.equal(await isEnabled('guarded'), true)
  assert.equal(audit[0]?.event, 'unleash-failed')
  assert.ok(!counts.includes('unleash again'))
})

test('with Unleash down it is tried again until it is back', async t => {
  await server.setFlag({ name: 'late', enabled: true, strategies })
  await server.kill()
  const { change, told, clock } = switched(t)
  change('late', 1, 'tripped')
  await eventually(() => told('late')?.text.endsWith('again in 1 s'))
  await server.restart()
  await eventually(() => {
    clock.advance(500)
    return told('late')?.state === 'done'
  })
  assert.equal(await isEnabled('late'), false)
})

test('a resume that comes while Unleash is still down leaves the flag on', async t => {
  await server.setFlag({ name: 'brief', enabled: true, strategies })
  await server.kill()
  const { change, told, clock, counts } = switched(t)
  change('brief', 1, 'tripped')
  await eventually(() => told('brief')?.text.endsWith('again in 1 s'))
  change('brief', 2, 'open')
  await eventually(() => counts.includes('unleash dropped'))
  await server.restart()
  await eventually(() => {
    clock.advance(500)
    return told('brief')?.state === 'done'
  })
  assert.equal(await isEnabled('brief'), true)
})
