import assert from 'node:assert/strict'
import { test } from 'node:test'
import { startShadowed } from '../gateway/shadowed.ts'
import { createClient } from '../support/http.ts'
import { limitedTo } from './limited.ts'

test('copies and fallbacks of a request take nothing: the client asked once', async t => {
  const { url, settled } = await startShadowed(t, {
    percent: 100,
    shadow: '{ noise: 100% }',
    policy: limitedTo('{ key: user, limit: 10/d }', 'fallback: {}\nretry: { attempts: 3 }\n'),
    v2: (_, response) => response.writeHead(500).end(),
  })
  const get = createClient(t)
  const left: unknown[] = []
  for (let i = 0; i < 3; i++) {
    const { status, headers } = await get(url, { 'x-user-id': 'ada' })
    left.push([status, headers['ratelimit-remaining']])
    await settled()
  }
  assert.deepEqual(left, [
    [200, '9'],
    [200, '8'],
    [200, '7'],
  ])
})
