import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type TestContext, test } from 'node:test'
import { systemClock } from '../../src/clock.ts'
import { movableStrategies } from '../../src/config/movable-strategy.ts'
import { createUnleashDoor } from '../../src/fleet/rollout/unleash-door.ts'

const nothingForbids = () => null

const strategy = { id: 's1', name: 'flexibleRollout', parameters: { rollout: '10' } }
const good = { enabled: true, strategies: [strategy] }

/** Something at the address of Unleash that answers whatever the test likes. */
async function start(t: TestContext, status: number, body: unknown) {
  const asked: string[] = []
  const server = createServer((request, response) => {
    asked.push(`${request.method} ${request.url}`)
    response.writeHead(status).end(typeof body === 'string' ? body : JSON.stringify(body))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.after(() => server.close())
  const { port } = server.address() as AddressInfo
  const config = {
    url: `http://127.0.0.1:${port}/api/admin/`,
    ...{ token: 'secret', project: 'a b', environment: 'production' },
  }
  const signal = new AbortController().signal
  const door = createUnleashDoor({ config, clock: systemClock, movable: movableStrategies, signal })
  return { asked, door, server }
}

for (const [what, status, body, why] of [
  ['a broken server', 503, {}, 'Unleash: answered 503'],
  ['a refused token', 401, {}, 'Unleash: answered 401'],
  ['another page', 200, '<html>', 'Unleash: its answer is none of its admin API'],
  ['another API', 200, { strategies: 1 }, 'Unleash: its answer is none of its admin API'],
  ['a flag that is off', 200, { ...good, enabled: false }, 'it is off in production'],
  ['none to move', 200, { ...good, strategies: [] }, 'it has no strategy of kind flexibleRollout'],
  [
    'two to move',
    200,
    { ...good, strategies: [strategy, strategy] },
    'it has 2 strategies of kind flexibleRollout',
  ],
  [
    'one that is disabled',
    200,
    { ...good, strategies: [{ ...strategy, disabled: true }] },
    'its strategy of kind flexibleRollout is disabled',
  ],
  [
    'no percentage',
    200,
    { ...good, strategies: [{ ...strategy, parameters: { rollout: 'half' } }] },
    'its rollout is "half" and no percentage',
  ],
] as const) {
  test(`of ${what} nothing is known, and nothing is moved`, async t => {
    const { door, asked } = await start(t, status, body)
    assert.deepEqual(await door.read('v2', null), { readable: false, why })
    assert.deepEqual(await door.move('v2', null, 10, 25, nothingForbids), { ok: false, text: why })
    assert.ok(asked.every(request => request.startsWith('GET ')))
    assert.equal(await door.lastMover('v2'), null)
  })
}

test('where nobody listens nothing is known', async t => {
  const { door, server } = await start(t, 200, good)
  server.close()
  const share = await door.read('v2', null)
  assert.equal(share.readable, false)
  assert.match(share.readable ? '' : share.why, /^Unleash: .*ECONNREFUSED/)
})

test('where somebody was quicker it is left alone', async t => {
  const { door, asked } = await start(t, 200, good)
  assert.deepEqual(await door.move('v2', null, 5, 25, nothingForbids), {
    ok: false,
    text: 'it says 10 % by now',
  })
  assert.deepEqual(asked, ['GET /api/admin/projects/a%20b/features/v2/environments/production'])
})

test('of several strategies none is moved where one of them says something else by now', async t => {
  const titled = ['beta', 'gold'].map(title => ({ ...strategy, id: title, title }))
  const { door, asked } = await start(t, 200, { ...good, strategies: titled })
  const titles = ['beta', 'gold']
  assert.deepEqual(await door.read('v2', titles), {
    readable: true,
    percent: { beta: 10, gold: 10 },
  })
  assert.deepEqual(
    await door.move('v2', titles, { beta: 10, gold: 5 }, { beta: 50, gold: 50 }, nothingForbids),
    {
      ok: false,
      text: '"gold" says 10 % by now',
    },
  )
  assert.ok(asked.every(request => request.startsWith('GET ')))
})

test('of several strategies those are told, one after the other, that do not say it yet', async t => {
  const titled = ['beta', 'gold', 'silver'].map(title => ({ ...strategy, id: title, title }))
  const { door, asked } = await start(t, 200, { ...good, strategies: titled })
  const from = { gold: 10, beta: 1, silver: 10 }
  const to = { gold: 50, beta: 10, silver: 60 }
  assert.deepEqual(await door.move('v2', ['gold', 'beta', 'silver'], from, to, nothingForbids), {
    ok: true,
  })
  assert.deepEqual(
    asked.filter(each => each.startsWith('PATCH')).map(each => each.split('/').at(-1)),
    ['gold', 'silver'],
  )
})

test('what forbids a move between two of its writes holds the second', async t => {
  const titled = ['beta', 'gold'].map(title => ({ ...strategy, id: title, title }))
  const { door, asked } = await start(t, 200, { ...good, strategies: titled })
  const patched = () => asked.filter(each => each.startsWith('PATCH'))
  const forbids = () => (patched().length === 0 ? null : 'it is switched back')
  const [from, to] = [
    { beta: 10, gold: 10 },
    { beta: 50, gold: 50 },
  ]
  const moved = await door.move('v2', ['beta', 'gold'], from, to, forbids)
  assert.deepEqual(moved, { ok: false, text: 'it is switched back' })
  assert.deepEqual(
    patched().map(each => each.split('/').at(-1)),
    ['beta'],
  )
})

test('a title that is missing among several is named, and nothing is moved', async t => {
  const titled = { ...strategy, title: 'beta' }
  const { door, asked } = await start(t, 200, { ...good, strategies: [titled] })
  const why = 'it has no strategy of kind flexibleRollout titled "gold"'
  assert.deepEqual(await door.read('v2', ['beta', 'gold']), { readable: false, why })
  const moved = await door.move(
    'v2',
    ['beta', 'gold'],
    { beta: 10, gold: 0 },
    { beta: 50, gold: 0 },
    nothingForbids,
  )
  assert.deepEqual(moved, { ok: false, text: why })
  assert.ok(asked.every(request => request.startsWith('GET ')))
})

test('of several strategies the one with the title is moved', async t => {
  const titled = { ...strategy, id: 's/2', title: 'beta', parameters: { rollout: '40' } }
  const { door, asked } = await start(t, 200, { ...good, strategies: [strategy, titled] })
  assert.deepEqual(await door.read('v2', 'beta'), { readable: true, percent: 40 })
  assert.deepEqual(await door.move('v2', 'beta', 40, 50, nothingForbids), { ok: true })
  assert.equal(
    asked.at(-1),
    'PATCH /api/admin/projects/a%20b/features/v2/environments/production/strategies/s%2F2',
  )
})
