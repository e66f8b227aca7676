import assert from 'node:assert/strict'
import type { ServerResponse } from 'node:http'
import { test } from 'node:test'
import { createClient } from '../support/http.ts'
import { type Seen, startShadowed } from './shadowed.ts'

/** A variant that knows its own answer by this tag, and nobody else's. */
function tagged(tag: string) {
  return (_: unknown, response: ServerResponse, { headers }: Seen): void => {
    response.setHeader('content-type', 'application/json')
    if (headers['if-none-match'] === tag) response.writeHead(304).end()
    else response.setHeader('etag', tag).end('{"price":1}')
  }
}

test('neither variant answers out of what the client knows of the other', async t => {
  const shadowed = await startShadowed(t, {
    shadow: '{ noise: 100% }',
    v1: tagged('"v1"'),
    v2: tagged('"v2"'),
  })
  const get = createClient(t)
  const answer = await get(`${shadowed.url}/`, {
    'if-none-match': '"v2"',
    'if-modified-since': 'Sat, 21 Nov 2026 00:00:00 GMT',
    range: 'bytes=0-100',
    'if-range': '"v1"',
  })
  assert.equal(answer.status, 200)
  const { shadow, noise } = await shadowed.settled()
  assert.deepEqual([shadow.sent, noise.sent], [1, 1])
  const [live, again] = shadowed.v1.seen
  const [copy] = shadowed.v2.seen
  const asked = ({ headers }: Seen = assert.fail('it was not asked')) =>
    Object.keys(headers).filter(name => /^if-|^range$/.test(name)).length
  assert.deepEqual([asked(live), asked(again), asked(copy)], [4, 0, 0])
  const equal = (kind: string) =>
    `switchback_shadow_comparisons_total{route="main",copy="${kind}",verdict="equal",reason=""}`
  while ((await shadowed.metric(equal('shadow'))) !== 1) {}
  while ((await shadowed.metric(equal('noise'))) !== 1) {}
})

test('a part is asked for again where it is nobody’s validator that grants it', async t => {
  const shadowed = await startShadowed(t, {
    v1: (_, response) => response.writeHead(206).end('ab'),
    v2: (_, response) => response.writeHead(206).end('ab'),
  })
  const get = createClient(t)
  await get(`${shadowed.url}/`, { range: 'bytes=0-1' })
  const { shadow } = await shadowed.settled()
  assert.equal(shadow.sent, 1)
  assert.equal(shadowed.v2.seen[0]?.headers.range, 'bytes=0-1')
})

test('a write that is wanted only where there is nothing yet is copied with its condition', async t => {
  const shadowed = await startShadowed(t, { shadow: '{ methods: [PUT] }' })
  const answer = await fetch(`${shadowed.url}/`, {
    method: 'PUT',
    body: '{}',
    headers: { 'if-none-match': '*', 'if-modified-since': 'Sat, 21 Nov 2026 00:00:00 GMT' },
  })
  await answer.text()
  const { shadow } = await shadowed.settled()
  assert.equal(shadow.sent, 1)
  assert.equal(shadowed.v2.seen[0]?.headers['if-none-match'], '*')
})
