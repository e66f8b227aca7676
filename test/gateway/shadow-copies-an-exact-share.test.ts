import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createClient } from '../support/http.ts'
import { startShadowed } from './shadowed.ts'

test('every request with a safe method is copied to V2, and nothing of it reaches the client', async t => {
  const shadowed = await startShadowed(t, {
    v1: (_request, response) => response.end('one'),
    v2: (_request, response) => response.writeHead(500, { 'set-cookie': 'a=b' }).end('two'),
  })
  const get = createClient(t)
  for (let n = 0; n < 20; n++) {
    const { status, body, headers } = await get(`${shadowed.url}/offers?page=${n}`)
    assert.deepEqual([status, body], [200, 'one'])
    assert.doesNotMatch(String(headers['set-cookie']), /a=b/)
  }
  const { shadow, noise } = await shadowed.settled()
  assert.deepEqual(shadow, { eligible: 20, sent: 20, dropped: {}, failed: {} })
  assert.deepEqual(noise, { eligible: 0, sent: 0, dropped: {}, failed: {} })
  const asked = (seen: typeof shadowed.v1.seen) => seen.map(({ method, url }) => `${method} ${url}`)
  assert.deepEqual(asked(shadowed.v2.seen).sort(), asked(shadowed.v1.seen).sort())
})

test('the share that is copied is exact, and so is the share that V1 is asked twice', async t => {
  const shadowed = await startShadowed(t, { shadow: '{ share: 30%, noise: 25% }' })
  const get = createClient(t)
  for (let n = 0; n < 40; n++) await get(`${shadowed.url}/${n}`)
  const { shadow, noise } = await shadowed.settled()
  assert.deepEqual([shadow.eligible, shadow.sent], [12, 12])
  assert.deepEqual([noise.eligible, noise.sent], [10, 10])
  assert.equal(shadowed.v2.seen.length, 12)
  assert.equal(shadowed.v1.seen.length, 50)
})

test('a caller on V2 is copied to V1', async t => {
  const shadowed = await startShadowed(t, { percent: 100, shadow: '{ noise: 100% }' })
  const get = createClient(t)
  for (let n = 0; n < 5; n++) await get(`${shadowed.url}/${n}`)
  const { shadow, noise } = await shadowed.settled()
  assert.equal(shadow.sent, 5)
  assert.equal(noise.eligible, 0)
  assert.deepEqual(
    shadowed.v1.seen.map(({ headers }) => headers['x-switchback-shadow']),
    ['v1', 'v1', 'v1', 'v1', 'v1'],
  )
  assert.ok(shadowed.v2.seen.every(({ headers }) => headers['x-switchback-shadow'] === undefined))
})

test('what is counted stands in the metrics as well', async t => {
  const shadowed = await startShadowed(t, { shadow: '{ noise: 50% }' })
  const get = createClient(t)
  for (let n = 0; n < 4; n++) await get(`${shadowed.url}/${n}`)
  await shadowed.settled()
  const labels = 'route="main",copy="shadow"'
  assert.equal(await shadowed.metric(`switchback_shadow_copies_eligible_total{${labels}}`), 4)
  assert.equal(
    await shadowed.metric(
      `switchback_shadow_copies_total{${labels},result="sent",reason="answered"}`,
    ),
    4,
  )
  assert.equal(
    await shadowed.metric(`switchback_shadow_copies_eligible_total{route="main",copy="noise"}`),
    2,
  )
  assert.equal(await shadowed.metric('switchback_shadow_in_flight{route="main"}'), 0)
  assert.equal(await shadowed.metric('switchback_shadow_kept_bytes{route="main"}'), 0)
  const durations = 'switchback_request_duration_seconds_count'
  const ofV1 = `{route="main",variant="v1",status_class="2xx"}`
  assert.equal(await shadowed.metric(durations + ofV1), 4)
  assert.equal(await shadowed.metric(durations + ofV1.replace('v1', 'v2')), 0)
  const served = shadowed.logLines.filter(line => line.includes('"path":'))
  assert.equal(served.length, 4, served.join(''))
})

test('a fault that is made on purpose is not copied', async t => {
  const shadowed = await startShadowed(t, {
    percent: 100,
    policy: 'testers: [tess]\ntestFaults: { share: 100%, status: 503 }\n',
  })
  const get = createClient(t)
  assert.equal((await get(shadowed.url, { 'x-user-id': 'tess' })).status, 503)
  assert.equal((await get(shadowed.url, { 'x-user-id': 'else' })).status, 200)
  const { shadow } = await shadowed.settled()
  assert.deepEqual(shadow, { eligible: 1, sent: 1, dropped: {}, failed: {} })
})
