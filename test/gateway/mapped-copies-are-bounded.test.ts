import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createClient } from '../support/http.ts'
import { startShadowed } from './shadowed.ts'

const mapping = `{ request: { body: '$' }, response: { body: '$' } }`

test('bodies that are mapped for copies take of the bytes that the shadow may keep', async t => {
  const shadowed = await startShadowed(t, {
    mapping,
    shadow: '{ noise: 0%, maxBodyBytes: 10000, maxBytesInFlight: 20000, timeoutMs: 1000 }',
    v2: (_, response) => {
      response.writeHead(200, { 'content-type': 'application/json', 'content-length': '9000' })
      response.write(Buffer.alloc(5000, 'x'))
    },
  })
  const get = createClient(t)
  const asked = Array.from({ length: 20 }, () => get(shadowed.url))
  let most = 0
  for (;;) {
    const { shadow, bytes } = await shadowed.status()
    most = Math.max(most, bytes)
    const { timeout = 0, busy = 0 } = shadow.failed
    if (timeout + busy === 20) break
  }
  await Promise.all(asked)
  const { shadow, bytes } = await shadowed.settled()
  assert.equal(bytes, 0)
  assert.ok(most >= 5000 && most <= 20_000, `${most} bytes`)
  assert.ok((shadow.failed.busy ?? 0) >= 17, JSON.stringify(shadow))
})

test('a mapped answer longer than the shadow compares is no mismatch', async t => {
  const shadowed = await startShadowed(t, {
    mapping,
    shadow: '{ noise: 0%, maxBodyBytes: 100 }',
    v2: (_, response) =>
      response
        .writeHead(200, { 'content-type': 'application/json' })
        .end(JSON.stringify('x'.repeat(100))),
  })
  const get = createClient(t)
  await get(shadowed.url)
  const { shadow } = await shadowed.settled()
  assert.deepEqual(shadow, { eligible: 1, sent: 0, dropped: {}, failed: { unmappable: 1 } })
})
