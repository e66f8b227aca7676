import assert from 'node:assert/strict'
import { test } from 'node:test'
import { beatMs } from '../../src/admin/events/event-routes.ts'
import { maxSessionsOfOne } from '../../src/admin/session/sessions.ts'
import { logIn } from './browser.ts'
import { readEvents } from './event-stream.ts'
import { entryOf, people, startGuardedAdmin, tokenOf } from './operators.ts'

const minute = 60_000
const hour = 60 * minute

async function start(t: Parameters<typeof startGuardedAdmin>[0]) {
  const admin = await startGuardedAdmin(t)
  const status = async (cookie: string) =>
    (await admin.ask('GET', '/status', { headers: { cookie } })).status
  const whys = () =>
    admin.lines
      .map(line => JSON.parse(line))
      .filter(({ event }) => event === 'admin-session-ended')
      .map(({ name, why }) => [name, why])
  return { ...admin, status, whys }
}

test('logging out ends the session and takes the cookie away', async t => {
  const admin = await start(t)
  const vera = await logIn(admin, tokenOf('vera'))
  const again = await logIn(admin, tokenOf('vera'))
  const answer = await admin.ask('POST', '/logout', { headers: vera.headers, body: {} })
  assert.deepEqual([answer.status, answer.json], [200, { ended: true }])
  assert.deepEqual(answer.headers['set-cookie'], [
    'switchback_session=; Path=/; HttpOnly; SameSite=Strict; Max-Age=0',
  ])
  assert.deepEqual([await admin.status(vera.cookie), await admin.status(again.cookie)], [401, 200])
  assert.deepEqual(admin.whys(), [['vera', 'logged-out']])
  assert.match(await admin.counted(), /_sessions_ended_total\{reason="logged-out"\} 1$/m)
})

test('nobody is logged out by a page that has no sign', async t => {
  const admin = await start(t)
  const { cookie } = await logIn(admin, tokenOf('vera'))
  const { status } = await admin.ask('POST', '/logout', { headers: { cookie }, body: {} })
  assert.deepEqual([status, await admin.status(cookie)], [403, 200])
})

test('logging out ends the streams of the session, and no other', async t => {
  const admin = await start(t)
  const vera = await logIn(admin, tokenOf('vera'))
  const anna = await logIn(admin, tokenOf('anna'))
  const url = `http://127.0.0.1:${admin.port}`
  const own = await readEvents(t, url, { headers: { cookie: vera.cookie } })
  const other = await readEvents(t, url, { headers: { cookie: anna.cookie } })
  await admin.ask('POST', '/logout', { headers: vera.headers, body: {} })
  assert.equal(await own.ended(), true)
  admin.streamClock.advance(beatMs)
  await other.comment()
  assert.deepEqual(admin.streams.ended, ['refused'])
})

test('a session that nobody uses ends, one that is used does not', async t => {
  const admin = await start(t)
  const used = await logIn(admin, tokenOf('anna'))
  const unused = await logIn(admin, tokenOf('vera'))
  admin.clock.advance(29 * minute)
  assert.equal(await admin.status(used.cookie), 200)
  admin.clock.advance(29 * minute)
  assert.deepEqual([await admin.status(used.cookie), await admin.status(unused.cookie)], [200, 401])
  assert.deepEqual(admin.whys(), [['vera', 'idle']])
  // Nobody asked for it, and it is counted no more all the same.
  admin.clock.advance(31 * minute)
  assert.match(await admin.counted(), /^switchback_admin_sessions 0$/m)
})

test('a stream that is open uses its session', async t => {
  const admin = await start(t)
  const { cookie } = await logIn(admin, tokenOf('vera'))
  const stream = await readEvents(t, `http://127.0.0.1:${admin.port}`, { headers: { cookie } })
  for (let i = 0; i < 3; i++) {
    admin.clock.advance(20 * minute)
    admin.streamClock.advance(beatMs)
    await stream.comment()
  }
  assert.equal(await admin.status(cookie), 200)
})

test('no session lasts longer than it may, however much it is used', async t => {
  const admin = await start(t)
  const { cookie } = await logIn(admin, tokenOf('vera'))
  for (let i = 0; i < 12 * 3 - 1; i++) {
    admin.clock.advance(20 * minute)
    assert.equal(await admin.status(cookie), 200, `after ${i} times 20 min`)
  }
  admin.clock.advance(20 * minute)
  assert.equal(await admin.status(cookie), 401)
  assert.deepEqual(admin.whys(), [['vera', 'too-old']])
})

test('a token that leaves the files takes its sessions and their streams along', async t => {
  const admin = await start(t)
  const anna = await logIn(admin, tokenOf('anna'))
  const vera = await logIn(admin, tokenOf('vera'))
  const url = `http://127.0.0.1:${admin.port}`
  const stream = await readEvents(t, url, { headers: { cookie: anna.cookie } })
  admin.reload({ tokens: people.filter(({ name }) => name !== 'anna') })
  assert.equal(await stream.ended(), true)
  assert.deepEqual([await admin.status(anna.cookie), await admin.status(vera.cookie)], [401, 200])
  assert.deepEqual(admin.whys(), [['anna', 'withdrawn']])
  // It does not come back with its token.
  admin.reload({ tokens: people })
  assert.equal(await admin.status(anna.cookie), 401)
})

test('a session has the role that its token has by now', async t => {
  const admin = await start(t)
  const { cookie } = await logIn(admin, tokenOf('anna'))
  admin.reload({ tokens: [entryOf('anna', 'viewer')] })
  const { json } = await admin.ask('GET', '/session', { headers: { cookie } })
  assert.deepEqual([json.who, json.role], ['anna', 'viewer'])
})

test('a token that expires ends its session', async t => {
  const admin = await start(t)
  admin.reload({ tokens: [entryOf('anna', 'operator', '2023-11-15')] })
  const { cookie } = await logIn(admin, tokenOf('anna'))
  assert.equal(await admin.status(cookie), 200)
  const untilMs = Date.UTC(2023, 10, 15) - admin.clock.now()
  for (let left = untilMs; left > 0; left -= 20 * minute) {
    assert.equal(await admin.status(cookie), 200)
    admin.clock.advance(Math.min(left, 20 * minute))
  }
  assert.ok(untilMs < 12 * hour)
  assert.equal(await admin.status(cookie), 401)
})

test('who logs in again and again takes the room of nobody else', async t => {
  const admin = await start(t)
  const vera = await logIn(admin, tokenOf('vera'))
  const cookies: string[] = []
  for (let i = 0; i <= maxSessionsOfOne; i++) {
    admin.clock.advance(1)
    cookies.push((await logIn(admin, tokenOf('anna'))).cookie)
  }
  const [first = '', second = ''] = cookies
  assert.deepEqual([await admin.status(first), await admin.status(second)], [401, 200])
  assert.equal(await admin.status(vera.cookie), 200)
  assert.deepEqual(admin.whys(), [['anna', 'crowded-out']])
})
