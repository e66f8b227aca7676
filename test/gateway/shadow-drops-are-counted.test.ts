import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openRaw, startScriptedUpstream } from '../support/conversation.ts'
import { testProcess } from '../support/gateway.ts'
import { plainRequest } from '../support/requests.ts'
import { type ShadowedOptions, startShadowed } from './shadowed.ts'

type Shadowed = Awaited<ReturnType<typeof startShadowed>>
type T = Parameters<typeof startShadowed>[0]

/** A POST of `length` bytes of which `body` is sent. */
function post(length: number, body: string): string {
  return `${plainRequest('/', `content-length: ${length}\r\n`, 'POST')}${body}`
}

const chunkedPost =
  plainRequest('/', 'transfer-encoding: chunked\r\n', 'POST') +
  `258\r\n${'x'.repeat(600)}\r\n258\r\n${'x'.repeat(600)}\r\n0\r\n\r\n`

/** One request, and the one reason for which its copy is dropped. */
async function assertDropped(
  t: T,
  reason: string,
  options: ShadowedOptions,
  ask: string | ((shadowed: Shadowed) => Promise<void>),
): Promise<void> {
  const shadowed = await startShadowed(t, options)
  if (typeof ask === 'string') await openRaw(t, shadowed.port, ask).ended()
  else await ask(shadowed)
  const { shadow } = await shadowed.settled()
  assert.deepEqual(shadow, { eligible: 1, sent: 0, dropped: { [reason]: 1 }, failed: {} })
  assert.equal(
    await shadowed.metric(
      `switchback_shadow_copies_total{route="main",copy="shadow",result="dropped",reason="${reason}"}`,
    ),
    1,
  )
}

const posts = '{ methods: [POST], maxBodyBytes: 1000, maxBytesInFlight: 1500 }'

test('dropped, no-answer: the client got no answer of an upstream', t =>
  assertDropped(t, 'no-answer', { v1: (_, response) => response.destroy() }, plainRequest('/')))

test('dropped, request-broken: the client left before it had sent all', t =>
  assertDropped(t, 'request-broken', { shadow: posts }, async ({ port, status }) => {
    const client = openRaw(t, port, post(10, 'hello'))
    while ((await status()).bytes === 0) {}
    client.socket.destroy()
  }))

test('dropped, request-broken: the answer came before the client had sent all', async t => {
  const v1 = await startScriptedUpstream(t)
  const options = { shadow: posts, v1Url: v1.url }
  await assertDropped(t, 'request-broken', options, async ({ port }) => {
    const client = openRaw(t, port, post(10, 'hello'))
    const asked = await v1.accept()
    await asked.until('hello')
    asked.send('HTTP/1.1 403 No\r\ncontent-length: 0\r\n\r\n')
    await client.ended()
  })
})

test('dropped, request-broken: the client stalls, and what was kept of it is let go', async t => {
  const process = `${testProcess}limits: { bodyTimeoutMs: 200 }\n`
  await assertDropped(t, 'request-broken', { shadow: posts, process }, async ({ port, status }) => {
    const client = openRaw(t, port, post(900, 'x'.repeat(800)))
    while ((await status()).bytes === 0) {}
    await client.ended()
  })
})

test('dropped, body-too-large: the request says so', t =>
  assertDropped(t, 'body-too-large', { shadow: posts }, post(1001, 'x'.repeat(1001))))

test('dropped, body-too-large: it turns out to be', t =>
  assertDropped(t, 'body-too-large', { shadow: posts }, chunkedPost))

test('dropped, already-asked: V1 answers for a V2 that failed', t =>
  assertDropped(
    t,
    'already-asked',
    {
      percent: 100,
      policy: 'fallback: {}',
      v2: (_, response) => response.writeHead(500).end(),
    },
    plainRequest('/'),
  ))

test('dropped, event-stream: the answer has no end', t =>
  assertDropped(
    t,
    'event-stream',
    { v1: (_, response) => response.writeHead(200, { 'content-type': 'text/event-stream' }).end() },
    plainRequest('/'),
  ))

const conditions: Readonly<Record<number, string>> = {
  304: 'if-none-match: "v1"',
  412: 'if-match: "v1"',
  206: 'range: bytes=0-1\r\nif-range: "v1"',
  416: 'range: bytes=9-\r\nif-range: "v1"',
}
for (const [status, condition] of Object.entries(conditions)) {
  test(`dropped, conditional: ${status} by a validator of one variant`, t =>
    assertDropped(
      t,
      'conditional',
      { v1: (_, response) => response.writeHead(Number(status)).end() },
      plainRequest('/', `${condition}\r\n`),
    ))
}

test('dropped, conditional: a write that the client wants in one state only', t =>
  assertDropped(
    t,
    'conditional',
    { shadow: '{ methods: [PUT] }' },
    `${plainRequest('/', 'if-match: "v1"\r\ncontent-length: 2\r\n', 'PUT')}{}`,
  ))

test('dropped, switched-back: what is not safe, while safe copies go on', async t => {
  const shadowed = await startShadowed(t, { shadow: '{ methods: [GET, POST], noise: 0% }' })
  const rollback = await fetch(`${shadowed.adminUrl}/latches/v2/rollback`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ who: 'test', note: 'by a test' }),
  })
  assert.equal(rollback.status, 200)
  await openRaw(t, shadowed.port, post(2, '{}')).ended()
  await openRaw(t, shadowed.port, plainRequest('/')).ended()
  const { shadow } = await shadowed.settled()
  assert.deepEqual(shadow, { eligible: 2, sent: 1, dropped: { 'switched-back': 1 }, failed: {} })
  assert.deepEqual(
    shadowed.v2.seen.map(({ method }) => method),
    ['GET'],
  )
})

test('dropped, bytes-in-flight: a body for which there is no room, while another is kept', async t => {
  const shadowed = await startShadowed(t, { shadow: posts })
  const first = openRaw(t, shadowed.port, post(1000, 'x'.repeat(900)))
  while ((await shadowed.status()).bytes === 0) {}
  await openRaw(t, shadowed.port, post(900, 'x'.repeat(900))).ended()
  first.send('x'.repeat(100))
  await first.ended()
  const { shadow } = await shadowed.settled()
  assert.deepEqual(shadow, { eligible: 2, sent: 1, dropped: { 'bytes-in-flight': 1 }, failed: {} })
})

test('dropped, in-flight: one more than there may be', async t => {
  const v2 = await startScriptedUpstream(t)
  const shadowed = await startShadowed(t, {
    shadow: '{ noise: 0%, maxInFlight: 1 }',
    v2Url: v2.url,
  })
  await openRaw(t, shadowed.port, plainRequest('/one')).ended()
  const asked = await v2.accept()
  await asked.until('\r\n\r\n')
  await openRaw(t, shadowed.port, plainRequest('/two')).ended()
  asked.send('HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n')
  const { shadow } = await shadowed.settled()
  assert.deepEqual(shadow, { eligible: 2, sent: 1, dropped: { 'in-flight': 1 }, failed: {} })
  assert.equal(v2.connections(), 1)
})
