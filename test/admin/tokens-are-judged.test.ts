import assert from 'node:assert/strict'
import { request } from 'node:http'
import { test } from 'node:test'
import { attemptRate } from '../../src/admin/attempts.ts'
import { bearing, entryOf, startGuardedAdmin, tokenOf } from './operators.ts'

test('a token is good up to its moment, and not from then on', async t => {
  const until = '2027-01-31T18:00:00Z'
  const { ask, clock, refused } = await startGuardedAdmin(t, {
    tokens: [entryOf('anna', 'operator', until)],
    now: Date.parse(until) - 1000,
  })
  const headers = bearing(tokenOf('anna'))
  clock.advance(999)
  assert.equal((await ask('GET', '/status', { headers })).status, 200)
  clock.advance(1)
  const late = await ask('GET', '/status', { headers })
  assert.deepEqual([late.status, late.json.error], [401, 'unauthenticated'])
  assert.match(late.json.message, /\(token-expired\)$/)
  assert.deepEqual([refused[0]?.reason, refused[0]?.name], ['token-expired', 'anna'])
})

test('two Authorization lines are refused, in whatever order', async t => {
  const { port, refused } = await startGuardedAdmin(t)
  const good = `Bearer ${tokenOf('anna')}`
  for (const lines of [
    [good, 'Bearer other'],
    ['Bearer other', good],
  ]) {
    const headers = ['host', 'localhost', ...lines.flatMap(line => ['Authorization', line])]
    const status = await new Promise((resolve, reject) => {
      const asking = request({ port, path: '/status', headers, agent: false })
      asking.on('error', reject)
      asking.on('response', answer => resolve(answer.resume().statusCode))
      asking.end()
    })
    assert.equal(status, 400)
  }
  assert.deepEqual(
    refused.map(({ reason }) => reason),
    ['token-repeated', 'token-repeated'],
  )
})

test('guesses are bounded by the address they come from, and come back with time', async t => {
  const { ask, clock, refused } = await startGuardedAdmin(t)
  const guess = (i: number) => ask('GET', '/status', { headers: bearing(`guess-${i}`) })
  for (let i = 0; i < attemptRate.burst; i++) assert.equal((await guess(i)).status, 401)
  const over = await guess(99)
  assert.deepEqual([over.status, over.json.error], [429, 'too-many-attempts'])
  const perAttemptMs = attemptRate.periodMs / attemptRate.limit
  assert.equal(over.headers['retry-after'], String(perAttemptMs / 1000))
  // Even the right one is not looked at: else a guess could be told from a good one.
  const anna = bearing(tokenOf('anna'))
  assert.equal((await ask('GET', '/status', { headers: anna })).status, 429)
  clock.advance(perAttemptMs)
  assert.equal((await ask('GET', '/status', { headers: anna })).status, 200)
  assert.equal(refused.at(-1)?.reason, 'too-many-attempts')
})

test('whoever was let in before works on while others guess from the same address', async t => {
  const { ask } = await startGuardedAdmin(t)
  const anna = bearing(tokenOf('anna'))
  assert.equal((await ask('GET', '/status', { headers: anna })).status, 200)
  for (let i = 0; i < attemptRate.burst; i++) {
    await ask('GET', '/status', { headers: bearing(`guess-${i}`) })
  }
  assert.equal((await ask('GET', '/status', { headers: bearing('guess') })).status, 429)
  const path = '/latches/v2_migration/rollback'
  assert.equal((await ask('POST', path, { headers: anna, body: {} })).status, 200)
})

test('requests without a token are no guesses', async t => {
  const { ask } = await startGuardedAdmin(t)
  for (let i = 0; i < attemptRate.burst + 1; i++) {
    assert.equal((await ask('GET', '/status')).status, 401)
  }
  assert.equal((await ask('GET', '/status', { headers: bearing(tokenOf('vera')) })).status, 200)
})
