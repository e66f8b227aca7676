import assert from 'node:assert/strict'
import { test } from 'node:test'
import { logIn } from './browser.ts'
import { startGuardedAdmin, tokenOf } from './operators.ts'

const path = '/latches/v2_migration/rollback'

test('a change in the name of a session needs the sign of that session', async t => {
  const admin = await startGuardedAdmin(t)
  const { cookie, csrf } = await logIn(admin, tokenOf('anna'))
  const other = await logIn(admin, tokenOf('otto'))
  for (const [sent, word] of [
    [null, 'csrf-missing'],
    ['', 'csrf-missing'],
    [other.csrf, 'csrf-wrong'],
    [csrf.slice(0, -1), 'csrf-wrong'],
    [`${csrf}, ${csrf}`, 'csrf-wrong'],
  ] as const) {
    const headers = { cookie, ...(sent === null ? {} : { 'x-switchback-csrf': sent }) }
    const { status, json } = await admin.ask('POST', path, { headers, body: {} })
    assert.deepEqual([status, json.error], [403, word], String(sent))
  }
  assert.equal(admin.keeper.stateOf('v2_migration').version, 0)
  assert.deepEqual(admin.refused.map(({ reason, name }) => [reason, name]).slice(0, 3), [
    ['csrf-missing', 'anna'],
    ['csrf-missing', 'anna'],
    ['csrf-wrong', 'anna'],
  ])
  const headers = { cookie, 'x-switchback-csrf': csrf }
  const done = await admin.ask('POST', path, { headers, body: {} })
  assert.equal(done.status, 200, done.text)
  assert.equal(done.json.state.by, 'anna')
})

test('a sign without its session proves nobody', async t => {
  const admin = await startGuardedAdmin(t)
  const { csrf } = await logIn(admin, tokenOf('anna'))
  const { status } = await admin.ask('POST', path, {
    headers: { 'x-switchback-csrf': csrf },
    body: {},
  })
  assert.equal(status, 401)
})

test('with cookie and sign, pages of other sites and forms are refused all the same', async t => {
  const admin = await startGuardedAdmin(t)
  const { headers } = await logIn(admin, tokenOf('anna'))
  for (const [more, status] of [
    [{ 'sec-fetch-site': 'cross-site' }, 403],
    [{ 'sec-fetch-site': 'same-site' }, 403],
    [{ 'content-type': 'text/plain' }, 415],
  ] as const) {
    const answer = await admin.ask('POST', path, { headers: { ...headers, ...more }, body: {} })
    assert.equal(answer.status, status)
  }
  assert.equal(admin.keeper.stateOf('v2_migration').version, 0)
})

test('a session may do what its role may, and nothing else', async t => {
  const admin = await startGuardedAdmin(t)
  const { headers } = await logIn(admin, tokenOf('vera'))
  const { status, json } = await admin.ask('POST', path, { headers, body: {} })
  assert.deepEqual([status, json.error], [403, 'forbidden'])
})

test('reading needs no sign', async t => {
  const admin = await startGuardedAdmin(t)
  const { cookie } = await logIn(admin, tokenOf('vera'))
  for (const method of ['GET', 'HEAD']) {
    assert.equal((await admin.ask(method, '/status', { headers: { cookie } })).status, 200)
  }
})
