import assert from 'node:assert/strict'
import { test } from 'node:test'
import { bearing, startGuardedAdmin, tokenOf } from './operators.ts'

const path = '/latches/v2_migration/rollback'
const headers = bearing(tokenOf('anna'))

for (const { body, by } of [
  { body: {}, by: 'anna' },
  { body: { who: 'anna' }, by: 'anna' },
  { body: { who: 'otto' }, by: 'anna (otto)' },
  { body: { who: 'otto (otto)' }, by: 'anna (otto (otto))' },
]) {
  test(`anna signs as ${by} whatever she writes: ${JSON.stringify(body)}`, async t => {
    const { ask, keeper } = await startGuardedAdmin(t)
    assert.equal((await ask('POST', path, { headers, body })).status, 200)
    assert.equal(keeper.stateOf('v2_migration').by, by)
    const { json } = await ask('GET', '/audit', { headers })
    assert.deepEqual(
      json.records.map((each: { who: string }) => each.who),
      [by],
    )
  })
}

for (const { body, told } of [
  { body: { who: '' }, told: /who must be 1 to 128 characters on one line, received ""/ },
  { body: { who: 7 }, told: /received 7/ },
  { body: { who: 'a\nb' }, told: /received "anna \(a\\nb\)"/ },
  { body: { who: 'x'.repeat(128) }, told: /who must be 1 to 128 characters/ },
  { body: [], told: /body must be an object/ },
]) {
  test(`what is no name signs nothing: ${JSON.stringify(body).slice(0, 30)}`, async t => {
    const { ask, keeper } = await startGuardedAdmin(t)
    const { status, json } = await ask('POST', path, { headers, body })
    assert.deepEqual([status, json.error], [400, 'bad-request'])
    assert.match(json.message, told)
    assert.equal(keeper.stateOf('v2_migration').version, 0)
  })
}

test('differences are signed, too', async t => {
  const { ask, asked, shown } = await startGuardedAdmin(t)
  shown.differences.push({ route: 'match', findings: [] } as never)
  const { status } = await ask('POST', '/differences/match/forget', {
    headers,
    body: { who: 'otto', why: 'mended' },
  })
  assert.equal(status, 200)
  assert.deepEqual(
    asked.map(({ who }) => who),
    ['anna (otto)'],
  )
})

test('what nobody signs gets no name', async t => {
  const { ask, signals } = await startGuardedAdmin(t)
  const body = { name: 'revenue', flag: 'f', variant: 'v2', good: 1, bad: 0 }
  assert.equal((await ask('POST', '/signals', { headers, body })).status, 200)
  assert.equal(signals.length, 1)
})
