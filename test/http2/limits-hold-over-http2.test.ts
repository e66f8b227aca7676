import assert from 'node:assert/strict'
import { constants } from 'node:http2'
import { test } from 'node:test'
import { oneRoute } from '../support/gateway.ts'
import { startUpstream } from '../support/http.ts'
import { connectHttp2, startHttp2Gateway } from '../support/http2.ts'
import { startRawUpstream } from '../support/raw.ts'

const { NGHTTP2_ENHANCE_YOUR_CALM } = constants

const limits = 'limits: { maxHeaderBytes: 4096, maxHeaderCount: 20, maxUrlBytes: 1000 }'

test('B12, B28: too many fields, too long ones and too long a target are answered in our own words', async t => {
  const v1 = await startRawUpstream(t)
  const gateway = await startHttp2Gateway(t, oneRoute({ v1: v1.url }), limits)
  const { ask } = await connectHttp2(t, gateway)
  const fields = Object.fromEntries(Array.from({ length: 25 }, (_, at) => [`x-${at}`, 'y']))
  const expected = [
    [fields, 431, 'too-many-headers'],
    [{ 'x-long': 'x'.repeat(4096) }, 431, 'headers-too-large'],
    [{ ':path': `/${'x'.repeat(1000)}` }, 414, 'target-too-long'],
  ] as const
  for (const [headers, status, code] of expected) {
    const answer = await ask(headers)
    assert.equal(answer.status, status)
    assert.equal(JSON.parse(answer.body).code, code)
    assert.equal(await gateway.metric(`switchback_refusals_total{route="",reason="${code}"}`), 1)
  }
  assert.equal(v1.received(), '')
  assert.equal((await ask({})).status, 200, 'the connection goes on')
})

test('cookies count once, in however many pieces they come', async t => {
  const v1 = await startRawUpstream(t)
  const gateway = await startHttp2Gateway(t, oneRoute({ v1: v1.url }), limits)
  const { ask } = await connectHttp2(t, gateway)
  const cookie = Array.from({ length: 60 }, (_, at) => `c${at}=1`)
  assert.equal((await ask({ cookie })).status, 200)
  assert.ok(v1.received().includes(`cookie: ${cookie.join('; ')}\r\n`))
})

test('what is far over the limits is reset while it comes', async t => {
  const v1 = await startRawUpstream(t)
  const gateway = await startHttp2Gateway(t, oneRoute({ v1: v1.url }), limits)
  const { session, ask } = await connectHttp2(t, gateway)
  assert.equal((await ask({})).status, 200)
  assert.equal(session.remoteSettings.maxHeaderListSize, 2 * (4096 + 20 * 32))
  const answer = await ask({ 'x-long': 'x'.repeat(20_000) })
  assert.deepEqual([answer.status, answer.resetBy], [0, NGHTTP2_ENHANCE_YOUR_CALM])
  assert.equal((await ask({})).status, 200, 'the connection goes on')
})

test('a connection has no more requests at once than maxStreams', async t => {
  let release = (): void => {}
  const released = new Promise<void>(resolve => {
    release = resolve
  })
  const v1 = await startUpstream(t, 'v1', async (_incoming, response) => {
    await released
    response.end('v1')
  })
  const gateway = await startHttp2Gateway(t, oneRoute({ v1: v1.url }), 'limits: { maxStreams: 2 }')
  const { session, ask } = await connectHttp2(t, gateway)
  assert.equal(session.remoteSettings.maxConcurrentStreams, 2)
  const answers = [ask({}), ask({}), ask({})]
  // The third waits for its turn in a client that knows.
  while (v1.count() < 2) await new Promise(resolve => setImmediate(resolve))
  assert.equal(await gateway.metric('switchback_http2_streams'), 2)
  release()
  for (const { status } of await Promise.all(answers)) assert.equal(status, 200)
})

test('all connections together have no more requests at once than there may be connections', async t => {
  let release = (): void => {}
  const released = new Promise<void>(resolve => {
    release = resolve
  })
  const v1 = await startUpstream(t, 'v1', async (_incoming, response) => {
    await released
    response.end('v1')
  })
  const gateway = await startHttp2Gateway(
    t,
    oneRoute({ v1: v1.url }),
    'limits: { maxConnections: 3 }',
  )
  const { ask } = await connectHttp2(t, gateway)
  const other = await connectHttp2(t, gateway)
  const served = [ask({}), ask({}), other.ask({})]
  while (v1.count() < 3) await new Promise(resolve => setImmediate(resolve))
  const refused = await other.ask({})
  assert.deepEqual([refused.status, refused.headers['retry-after']], [503, '1'])
  assert.equal(JSON.parse(refused.body).code, 'overloaded')
  release()
  for (const { status } of await Promise.all(served)) assert.equal(status, 200)
  assert.equal((await other.ask({})).status, 200)
})
