import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { isDeepStrictEqual } from 'node:util'
import { oneRoute, startGateway, type TestGateway, testProcess } from '../support/gateway.ts'
import { createClient, startLoad, startUpstream } from '../support/http.ts'
import { startUnleash, type UnleashServer } from '../support/unleash-server.ts'

const flag = (percent: number, enabled = true) => ({
  name: 'v2',
  enabled,
  strategies: [
    {
      name: 'flexibleRollout',
      parameters: { rollout: String(percent), stickiness: 'default', groupId: 'v2' },
      constraints: [{ contextName: 'segment', operator: 'NOT_IN', values: ['enterprise'] }],
    },
  ],
})

/** Refreshes quickly, so that nobody waits for a poll. */
const withUnleash = (unleash: UnleashServer) => `${testProcess}
unleash:
  url: ${unleash.url}
  token: "${unleash.clientToken}"
  refreshIntervalMs: 100
  timeoutMs: 500
`

async function upstreams(t: TestContext) {
  return { v1: (await startUpstream(t, 'v1')).url, v2: (await startUpstream(t, 'v2')).url }
}

/** Which of a hundred users get V2, by asking as each of them. */
async function usersOnV2(
  get: ReturnType<typeof createClient>,
  gateway: TestGateway,
): Promise<Set<number>> {
  const found = new Set<number>()
  for (let user = 0; user < 100; user++) {
    const { body } = await get(gateway.url, { 'x-user-id': `user-${user}` })
    if (body === 'v2') found.add(user)
  }
  return found
}

/** Asks until `wanted` holds; the runner's time limit is the only clock. */
async function eventually<T>(ask: () => Promise<T>, wanted: (found: T) => boolean): Promise<T> {
  while (true) {
    const found = await ask()
    if (wanted(found)) return found
  }
}

/** Asks until two answers in a row are the same and others than `before`: a poll may fall into a sweep. */
async function moved(ask: () => Promise<Set<number>>, before: Set<number>): Promise<Set<number>> {
  let last = before
  return eventually(ask, found => {
    const settled = isDeepStrictEqual(found, last) && !isDeepStrictEqual(found, before)
    last = found
    return settled
  })
}

test('a real Unleash moves live traffic, and its absence does not', {
  timeout: 120_000,
}, async t => {
  const unleash = await startUnleash()
  t.after(() => unleash.stop())
  await unleash.setFlag(flag(0))
  const files = {
    ...oneRoute({
      ...(await upstreams(t)),
      route: 'properties: { segment: { header: x-segment } }\n',
    }),
    'switchback.yaml': withUnleash(unleash),
  }
  const gateway = await startGateway(t, files)
  const get = createClient(t)
  const load = startLoad(t, () => get(gateway.url, { 'x-user-id': 'somebody' }), 2)
  const onV2 = () => usersOnV2(get, gateway)

  const at0 = await onV2()
  assert.equal(at0.size, 0)

  await unleash.setFlag(flag(30))
  const at30 = await moved(onV2, at0)
  assert.ok(at30.size > 15 && at30.size < 45, `${at30.size} of 100 users at 30 %`)

  await unleash.setFlag(flag(70))
  const at70 = await moved(onV2, at30)
  assert.ok(
    [...at30].every(user => at70.has(user)),
    'raising takes V2 from nobody',
  )
  const partner = await get(gateway.url, {
    'x-user-id': `user-${[...at30][0]}`,
    'x-segment': 'enterprise',
  })
  assert.equal(partner.body, 'v1', 'a constraint of the flag holds')

  await unleash.kill()
  await eventually(
    () => gateway.metric('switchback_flag_source_up'),
    up => up === 0,
  )
  assert.deepEqual(await onV2(), at70, 'the gateway goes on without Unleash')

  const reborn = await startGateway(t, {
    ...files,
    'switchback.yaml': `${withUnleash(unleash)}  backupDir: ${gateway.dir}/.switchback\n`,
  })
  assert.equal(await reborn.metric('switchback_flag_source_up'), 0)
  assert.deepEqual(await usersOnV2(get, reborn), at70, 'a new process boots from the backup')

  await unleash.restart()
  await unleash.setFlag(flag(70, false))
  await eventually(onV2, users => users.size === 0)
  await eventually(
    () => usersOnV2(get, reborn),
    users => users.size === 0,
  )
  assert.equal(await gateway.metric('switchback_flag_source_up'), 1)
  await load.stop()
  assert.deepEqual(load.failures, [], 'no request was lost on the way')
})
