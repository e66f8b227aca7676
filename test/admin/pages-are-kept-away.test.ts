import assert from 'node:assert/strict'
import { test } from 'node:test'
import { startAdmin } from './admin-parts.ts'

const path = '/latches/v2_migration/rollback'
const body = { who: 'ada' }

test('only a name of loopback is answered, to reads as to changes', async t => {
  const { ask, port, keeper } = await startAdmin(t)
  for (const host of ['localhost', '127.0.0.1', '[::1]', `localhost:${port}`, 'LOCALHOST:1']) {
    assert.equal((await ask('GET', '/status', { headers: { host } })).status, 200, host)
  }
  for (const host of [
    'evil.test',
    'localhost.evil.test',
    '127.0.0.1.evil.test',
    '127.0.0.1@evil',
  ]) {
    for (const [method, at] of [
      ['GET', '/status'],
      ['GET', '/'],
      ['POST', path],
    ] as const) {
      const sent = method === 'POST' ? { body } : {}
      const { status, json } = await ask(method, at, { headers: { host }, ...sent })
      assert.deepEqual([status, json.error], [403, 'not-loopback'], `${host} ${at}`)
    }
  }
  assert.equal(keeper.stateOf('v2_migration').version, 0)
})

test('probes are answered by whatever name they know', async t => {
  const { ask } = await startAdmin(t)
  for (const probe of ['/health', '/ready', '/metrics']) {
    assert.equal((await ask('GET', probe, { headers: { host: 'gateway:9900' } })).status, 200)
  }
})

for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'application/jsonp', '']) {
  test(`a change must be JSON, which a form cannot send: "${type}"`, async t => {
    const { ask, keeper } = await startAdmin(t)
    const { status, json } = await ask('POST', path, { headers: { 'content-type': type }, body })
    assert.deepEqual([status, json.error], [415, 'not-json'])
    assert.match(json.message, /Content-Type must be application\/json, received/)
    assert.equal(keeper.stateOf('v2_migration').version, 0)
  })
}

test('a page of another site is refused even where its browser lets it send JSON', async t => {
  const { ask, keeper } = await startAdmin(t)
  const answer = await ask('POST', path, { headers: { 'sec-fetch-site': 'cross-site' }, body })
  assert.deepEqual([answer.status, answer.json.error], [403, 'from-a-page'])
  assert.equal(keeper.stateOf('v2_migration').version, 0)
})

for (const site of ['cross-site', 'same-site']) {
  test(`a page of another origin (${site}) has nothing read for it, but a person may follow a link`, async t => {
    const { ask, streams } = await startAdmin(t)
    const from = (mode: string, dest: string) => ({
      ...{ 'sec-fetch-site': site, 'sec-fetch-mode': mode, 'sec-fetch-dest': dest },
    })
    for (const [mode, dest] of [
      ['cors', 'empty'],
      ['no-cors', 'image'],
      ['navigate', 'iframe'],
    ] as const) {
      for (const page of ['/events', '/status', '/audit/verify', '/console/overview']) {
        const { status, json } = await ask('GET', page, { headers: from(mode, dest) })
        assert.deepEqual([status, json.error], [403, 'from-a-page'], `${mode} ${dest} ${page}`)
      }
    }
    assert.equal(streams.open, 0)
    const followed = await ask('GET', '/status', { headers: from('navigate', 'document') })
    assert.equal(followed.status, 200)
    const posted = await ask('POST', path, { headers: from('navigate', 'document'), body })
    assert.deepEqual([posted.status, posted.json.error], [403, 'from-a-page'])
  })
}

test('nothing grants a page of another origin anything', async t => {
  const { ask } = await startAdmin(t)
  const headers = {
    origin: 'http://evil.test',
    'access-control-request-method': 'POST',
    'access-control-request-headers': 'content-type',
    'content-type': 'application/json',
  }
  const preflight = await ask('OPTIONS', path, { headers })
  assert.ok(preflight.status >= 400)
  const read = await ask('GET', '/status', { headers: { origin: 'http://evil.test' } })
  for (const reply of [preflight, read]) {
    const granted = Object.keys(reply.headers).filter(name => name.startsWith('access-control'))
    assert.deepEqual(granted, [])
  }
})

test('a body over 64 KiB is not read', async t => {
  const { ask } = await startAdmin(t)
  const { status, json } = await ask('POST', path, { body: { who: 'x'.repeat(65_536) } })
  assert.deepEqual([status, json.error], [413, 'too-large'])
})

test('an unknown page is answered by its word', async t => {
  const { ask } = await startAdmin(t)
  const { status, json } = await ask('GET', '/latch')
  assert.deepEqual([status, json.error], [404, 'no-such-page'])
})
