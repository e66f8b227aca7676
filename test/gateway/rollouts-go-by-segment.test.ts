import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { runProgram } from '../cli/run-program.ts'
import { configDir, startGateway } from '../support/gateway.ts'
import { sendRaw } from '../support/raw.ts'
import { lines, plainRequest } from '../support/requests.ts'
import { startUnleash, type UnleashServer } from '../support/unleash-server.ts'
import { asking, filesFor, flagsOf, hurried } from './rolled-out-in-unleash.ts'

const patience = { timeout: 120_000 }

let unleash: UnleashServer
before(async () => {
  unleash = await startUnleash()
})
after(() => unleash.stop())

const segments = ['beta_users', 'api_partners', 'enterprise'] as const

/** A strategy for each segment of Unleash, and one for everybody else; V2 has nobody yet. */
async function newFlag(name: string): Promise<void> {
  const ids = new Map<string, number>()
  for (const segment of segments) {
    const constraint = { contextName: 'tier', operator: 'IN', values: [segment] }
    const made = { name: `${name} ${segment}`, description: '', constraints: [constraint] }
    ids.set(segment, ((await unleash.admin('POST', '/segments', made)) as { id: number }).id)
  }
  const others = { contextName: 'tier', operator: 'NOT_IN', values: [...segments] }
  const titled = (title: string) => ({
    ...{ name: 'flexibleRollout', title },
    parameters: { rollout: '0', stickiness: 'default', groupId: name },
    constraints: title === 'everyone' ? [others] : [],
    segments: title === 'everyone' ? [] : [Number(ids.get(title))],
  })
  const strategies = [...segments, 'everyone'].map(titled)
  await unleash.setFlag({ name, enabled: true, strategies })
}

/** Of a rollout of several strategies. */
function sharesOf(percent: unknown): Readonly<Record<string, number>> {
  return percent as Readonly<Record<string, number>>
}

const route = 'properties: { tier: { header: x-tier } }\n'
const stages =
  '[{ percent: { beta_users: 100 }, hold: 1s }, { percent: { api_partners: 100, everyone: 50 }, hold: 1s }, { percent: { everyone: 100, enterprise: 100 }, hold: 1s }]'

test('segment after segment gets V2, enterprise last, and Unleash says each', patience, async t => {
  await newFlag('v2_segments')
  const { inUnleash } = flagsOf(unleash)
  const { files } = await filesFor(t, unleash, 'v2_segments', stages, { route })
  const gateway = await startGateway(t, files, hurried)
  const { until, audit } = asking(gateway.port, gateway.adminPort, 'v2_segments')
  const variantOf = async (tier: string) => {
    const headers = lines('x-user-id: user-1', `x-tier: ${tier}`)
    return (await sendRaw(gateway.port, plainRequest('/', headers))).body
  }
  const whoHasV2 = async () => {
    const found = await Promise.all(segments.map(async each => [each, await variantOf(each)]))
    return found.filter(([, body]) => body?.includes('v2')).map(([segment]) => segment)
  }
  const readBack = new Set<string>()
  const had = new Set<string>()
  await until(async ({ phase, percent }) => {
    had.add((await whoHasV2()).join(' '))
    if (phase === 'holding') {
      const said = (await inUnleash('v2_segments')).strategies.map(
        ({ title, parameters }) => [title, Number(parameters.rollout)] as const,
      )
      if (said.every(([title, share]) => sharesOf(percent)[String(title)] === share)) {
        readBack.add(said.map(([title, share]) => `${title} ${share}`).join(' '))
      }
    }
    return phase === 'promoted'
  })
  assert.deepEqual(
    [...had].filter(each => each !== ''),
    ['beta_users', 'beta_users api_partners', 'beta_users api_partners enterprise'],
  )
  assert.deepEqual([...readBack].slice(-3), [
    'beta_users 100 api_partners 0 enterprise 0 everyone 0',
    'beta_users 100 api_partners 100 enterprise 0 everyone 50',
    'beta_users 100 api_partners 100 enterprise 100 everyone 100',
  ])
  assert.deepEqual(
    (await audit()).map(({ why }) => why),
    [
      'beta_users 0 % → 100 % in Unleash',
      'api_partners 0 % → 100 %, everyone 0 % → 50 % in Unleash',
      'everyone 50 % → 100 %, enterprise 0 % → 100 % in Unleash',
      'the last stage, beta_users 100 %, api_partners 100 %, everyone 100 %, enterprise 100 %, is over',
    ],
  )
  const metrics = await (await fetch(`${gateway.adminUrl}/metrics`)).text()
  assert.match(
    metrics,
    /switchback_rollout_share_ratio\{flag="v2_segments",strategy="enterprise"\} 1$/m,
  )
})

test('one segment that a manager moves in Unleash is followed and named', patience, async t => {
  await newFlag('v2_one_segment')
  const { moveByHand } = flagsOf(unleash)
  const held = stages.replaceAll('1s', '1h')
  const { files } = await filesFor(t, unleash, 'v2_one_segment', held, { route })
  const gateway = await startGateway(t, files, hurried)
  const { until, audit } = asking(gateway.port, gateway.adminPort, 'v2_one_segment')
  await until(({ phase, percent }) => phase === 'holding' && sharesOf(percent).beta_users === 100)
  await moveByHand('v2_one_segment', 30, 'enterprise')
  const { next } = await until(({ percent }) => sharesOf(percent).enterprise === 30)
  assert.deepEqual(next, { beta_users: 100, api_partners: 100, everyone: 50, enterprise: 30 })
  const moved = async () =>
    (await audit()).find(({ event }) => event === 'rollout-moved-by-hand')?.why ?? ''
  while ((await moved()) === '');
  assert.match(await moved(), /^enterprise 0 % → 30 % in Unleash by \S+, by hand$/)
})

test('`switchback sample flag` sets such a flag up, once', patience, async t => {
  const dir = await configDir(t, { token: `${unleash.adminToken}\n` })
  const argv = ['sample', 'flag', '--url', unleash.origin, '--token-file', `${dir}/token`]
  const first = await runProgram({}, ...argv)
  assert.deepEqual([first.code, first.error], [0, ''])
  const { enabled, strategies } = await flagsOf(unleash).inUnleash('v2_migration')
  const shares = strategies.map(({ title, parameters }) => `${title} ${parameters.rollout}`)
  assert.deepEqual(
    [enabled, shares.sort()],
    [true, ['api_partners 0', 'beta_users 100', 'enterprise 0', 'everyone 0']],
  )
  const again = await runProgram({}, ...argv)
  assert.deepEqual(again, { code: 0, out: 'v2_migration is there already', error: '' })
})
