import assert from 'node:assert/strict'
import { test } from 'node:test'
import { startAdmin } from './admin-parts.ts'

test('numbers of the business are taken for a route or a flag, found or counted', async t => {
  const { ask, signals } = await startAdmin(t)
  const values = { name: 'revenue', route: 'match', variant: 'v2', values: [1, -2.5] }
  const taken = await ask('POST', '/signals', { body: values })
  assert.deepEqual([taken.status, taken.json], [200, { taken: true, budgets: 1 }])
  const counted = { name: 'revenue', flag: 'v2_migration', variant: 'v1', good: 40 }
  assert.equal((await ask('POST', '/signals', { body: counted })).status, 200)
  assert.deepEqual(signals, [
    { name: 'revenue', route: 'match', flag: null, variant: 'v2', found: { values: [1, -2.5] } },
    {
      name: 'revenue',
      route: null,
      flag: 'v2_migration',
      variant: 'v1',
      found: { good: 40, bad: 0 },
    },
  ])
})

const good = { name: 'revenue', route: 'match', variant: 'v2', values: [1] }

for (const { body, told } of [
  { body: { ...good, variant: 'v3' }, told: /variant must be "v1" or "v2", received "v3"/ },
  { body: { ...good, flag: 'f' }, told: /exactly one of route and flag, received both/ },
  { body: { ...good, route: undefined }, told: /exactly one of route and flag, received neither/ },
  { body: { ...good, good: 1 }, told: /either values, or good and bad, received both/ },
  {
    body: { ...good, values: undefined },
    told: /either values, or good and bad, received neither/,
  },
  {
    body: { ...good, values: [] },
    told: /values must be a list of 1 to 1000 numbers, received \[\]/,
  },
  { body: { ...good, values: Array(1001).fill(1) }, told: /values must be a list of 1 to 1000/ },
  { body: { ...good, values: [1, '2'] }, told: /values\.1 must be a finite number, received "2"/ },
  {
    body: '{"name":"revenue","route":"match","variant":"v2","values":[1e999]}',
    told: /values\.0 must be a finite number/,
  },
  {
    body: { ...good, values: undefined, bad: -1 },
    told: /bad must be an integer from 0 to 1000000, received -1/,
  },
]) {
  test(`a signal that is none is refused: ${told.source}`, async t => {
    const { ask, signals } = await startAdmin(t)
    const { status, json } = await ask('POST', '/signals', { body })
    assert.deepEqual([status, json.error], [400, 'bad-request'])
    assert.match(json.message, told)
    assert.deepEqual(signals, [])
  })
}

test('a name that no budget has is refused by its word', async t => {
  const { ask } = await startAdmin(t)
  const { status, json } = await ask('POST', '/signals', { body: { ...good, name: 'revenu' } })
  assert.deepEqual([status, json.error], [400, 'unknown-name'])
})
