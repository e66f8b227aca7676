import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type RawAnswer, startRawUpstream } from '../support/raw.ts'
import { lines } from '../support/requests.ts'
import { startLimited } from './limited.ts'

/** An upstream with limits of its own. */
const itsOwn = lines(
  'RateLimit-Policy: "theirs";q=7;w=7',
  'RateLimit: "theirs";r=7;t=7',
  'RateLimit-Limit: 7',
  'RateLimit-Remaining: 7',
  'RateLimit-Reset: 7',
)

function limitFields({ headers }: RawAnswer): [string, string][] {
  return [...headers].filter(([name]) => name.startsWith('ratelimit'))
}

async function startLimitedUpstream(t: Parameters<typeof startRawUpstream>[0]) {
  return startRawUpstream(t, socket => {
    socket.on('data', () => {
      socket.write(`HTTP/1.1 200 OK\r\n${itsOwn}content-length: 2\r\n\r\nok`)
    })
  })
}

test("answers tell of the route's limits in the place of the upstream's", async t => {
  const upstream = await startLimitedUpstream(t)
  const { ask } = await startLimited(t, {
    limits: '{ key: ip, limit: 10/d }, { key: ip, limit: 8/h, burst: 20, name: hourly }',
    upstream,
  })
  const policy = '"ip 10/d";q=10;w=86400, "hourly";q=8;w=3600;burst=20'
  assert.deepEqual(limitFields(await ask()), [
    ['ratelimit-policy', policy],
    ['ratelimit', '"ip 10/d";r=9;t=8640'],
    ['ratelimit-limit', '10'],
    ['ratelimit-remaining', '9'],
    ['ratelimit-reset', '8640'],
  ])
})

test("without limits the upstream's pass", async t => {
  const upstream = await startLimitedUpstream(t)
  const { ask } = await startLimited(t, { limits: '', upstream })
  assert.equal(limitFields(await ask()).length, 5)
  assert.equal((await ask()).headers.get('ratelimit'), '"theirs";r=7;t=7')
})

test('refusals behind the limits tell of them too', async t => {
  const nobody = await startRawUpstream(t, socket => socket.destroy())
  const { ask } = await startLimited(t, {
    limits: '{ key: ip, limit: 10/d }',
    policy: 'retry: { attempts: 0 }\nmaxBodyBytes: 4\n',
    upstream: nobody,
  })
  const failed = await ask()
  assert.equal(failed.status, 502)
  assert.equal(failed.headers.get('ratelimit-remaining'), '9')
  const tooLarge = await ask(['content-length: 5'], 'POST')
  assert.equal(tooLarge.status, 413)
  assert.equal(tooLarge.headers.get('ratelimit-remaining'), '8')
})

test('a page of another origin may read that it asks too often, and its preflights take nothing', async t => {
  const { ask } = await startLimited(t, {
    limits: '{ key: ip, limit: 1/d }',
    policy:
      'cors: { origins: ["https://app.example.com"], methods: [GET], exposeHeaders: [ratelimit, retry-after] }\n',
  })
  const origin = 'origin: https://app.example.com'
  for (let i = 0; i < 3; i++) {
    const preflight = await ask([origin, 'access-control-request-method: GET'], 'OPTIONS')
    assert.equal(preflight.status, 204)
    assert.deepEqual(limitFields(preflight), [])
  }
  for (const status of [200, 429]) {
    const answer = await ask([origin])
    assert.equal(answer.status, status)
    assert.equal(answer.headers.get('access-control-allow-origin'), 'https://app.example.com')
    assert.equal(answer.headers.get('ratelimit'), '"ip 1/d";r=0;t=86400')
  }
})
