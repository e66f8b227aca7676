import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { base64url, config, createIssuer } from '../identity/issuer.ts'
import { oneRoute } from '../support/gateway.ts'
import { connectHttp2, type Http2Answer, startHttp2Gateway } from '../support/http2.ts'
import { startRawUpstream } from '../support/raw.ts'
import { headsIn, valuesIn } from '../support/requests.ts'

async function started(t: TestContext, more = '', files: Record<string, string> = {}) {
  const upstream = await startRawUpstream(t)
  const gateway = await startHttp2Gateway(
    t,
    { ...oneRoute({ v1: upstream.url, v2: upstream.url }), ...files },
    more,
  )
  const { ask } = await connectHttp2(t, gateway)
  /** The one head that arrived of a request. */
  async function arrived(headers: Parameters<typeof ask>[0]): Promise<string> {
    const before = headsIn(upstream.received()).length
    const { status } = await ask(headers)
    assert.equal(status, 200)
    const heads = headsIn(upstream.received()).slice(before)
    assert.equal(heads.length, 1)
    return heads[0] as string
  }
  return { upstream, gateway, ask, arrived }
}

function assertRefused(answer: Http2Answer, status: number, code: string, about: string): void {
  assert.equal(answer.status, status, about)
  assert.equal(JSON.parse(answer.body).code, code, about)
}

test('B1: dot segments and their like are refused over HTTP/2', async t => {
  const { upstream, ask } = await started(t)
  for (const path of [
    '/a/../b',
    '/a/%2e%2e/b',
    '/a/..%2fb',
    '/a/\\../b',
    '/a/..;/b',
    '/a/%252e%252e/b',
    '/a//b',
    '/a%5cb',
    '/a%00',
  ]) {
    assertRefused(await ask({ ':path': path }), 400, 'bad-target', path)
  }
  assert.equal(upstream.received(), '')
})

test('B2: another spelling of a protected path needs its token over HTTP/2, and arrives in one', async t => {
  const issuer = await createIssuer()
  const { upstream, ask, arrived } = await started(t, '', {
    'routes/api.yaml':
      'match: { path: /api }\nv1: { url: "http://127.0.0.1:1" }\npolicy: members\n',
    'policies/members.yaml': `auth: { issuer: "${config.issuer}", audience: "${config.audience}", jwksFile: jwks.json }\n`,
    'jwks.json': JSON.stringify(issuer.jwks),
  })
  for (const path of ['/%61pi/x', '/a%70i/x', '/%61%70%69']) {
    assertRefused(await ask({ ':path': path }), 401, 'unauthenticated', path)
  }
  assert.equal(upstream.received(), '')
  assert.match(await arrived({ ':path': '/%6fpen/%2a?q=%61' }), /^GET \/open\/%2A\?q=%61 HTTP/)
})

test('B5: no path and no authority over HTTP/2 names another upstream', async t => {
  const { upstream, ask, arrived } = await started(t)
  for (const path of ['//evil', 'http://evil/', '@evil', 'evil:80']) {
    const { status } = await ask({ ':path': path })
    assert.ok(status === 400 || status === 0, `${path}: ${status}`)
  }
  assert.equal(upstream.received(), '')
  assert.deepEqual(valuesIn(await arrived({ ':authority': 'evil.test' }), 'host'), ['evil.test'])
})

test('B9, B10, B16: over HTTP/2 claims about the way so far are dropped in every spelling, and ours arrive once', async t => {
  const { arrived } = await started(t)
  const head = await arrived({
    'x-forwarded-for': '10.0.0.1',
    'x-forwarded-proto': 'http',
    'x-forwarded-host': 'evil',
    'x-real-ip': '10.0.0.1',
    forwarded: 'for=10.0.0.1',
    'x-request-id': 'mine',
    x_forwarded_for: '10.0.0.1',
    'x.user.id': 'root',
    x_user_id: 'root',
  })
  assert.doesNotMatch(head, /10\.0\.0\.1|evil|mine|root/)
  assert.deepEqual(valuesIn(head, 'x-forwarded-for'), ['127.0.0.1'])
  assert.deepEqual(valuesIn(head, 'x-forwarded-proto'), ['https'])
  for (const name of ['host', 'via', 'x-request-id']) assert.equal(valuesIn(head, name).length, 1)
  assert.deepEqual(
    [...valuesIn(head, 'content-length'), ...valuesIn(head, 'transfer-encoding')],
    [],
  )
})

test('B21: an expectation other than 100-continue is answered 417 over HTTP/2', async t => {
  const { upstream, ask } = await started(t)
  const answer = await ask({ ':method': 'POST', expect: '200-ok' }, 'hello')
  assertRefused(answer, 417, 'expectation-failed', 'expect')
  assert.equal(upstream.received(), '')
})

test('B26: fields with the names of object properties are fields over HTTP/2', async t => {
  const { arrived } = await started(t)
  const names = ['constructor', 'tostring', 'hasownproperty', '__definegetter__']
  const odd = Object.fromEntries(names.map(name => [name, '1']))
  // An own property, as a literal would set the prototype.
  Object.defineProperty(odd, '__proto__', { value: '1', enumerable: true })
  const head = await arrived({ ...odd, 'x-user-id': '__proto__', ':path': '/__proto__' })
  for (const name of ['__proto__', ...names]) assert.deepEqual(valuesIn(head, name), ['1'], name)
})

test('B4, B30: a forged token is refused over HTTP/2, after a good one too', async t => {
  const issuer = await createIssuer()
  const { upstream, ask } = await started(t, '', {
    'policies/open.yaml': `auth: { issuer: "${config.issuer}", audience: "${config.audience}", jwksFile: jwks.json }\n`,
    'jwks.json': JSON.stringify(issuer.jwks),
  })
  const good = await issuer.sign()
  const [header, payload, signature] = good.split('.')
  const authorization = (token: string) => ({ authorization: `Bearer ${token}` })
  assert.equal((await ask(authorization(good))).status, 200)
  const arrived = upstream.received()
  for (const token of [
    `${base64url({ alg: 'none', kid: 'key-1' })}.${payload}.`,
    `${header}. ${payload}.${signature}`,
    `${good}=`,
    `${header}.${base64url({ sub: 'root', exp: 4e9 })}.${signature}`,
    await (await createIssuer()).sign(),
  ]) {
    assertRefused(await ask(authorization(token)), 401, 'unauthenticated', token)
  }
  assertRefused(await ask({}), 401, 'unauthenticated', 'none')
  assert.equal(upstream.received(), arrived)
})

test('B34: whatever a request over HTTP/2 carries, each log line is one line of JSON', async t => {
  const { gateway, ask } = await started(t)
  const odd = ['%0d%0a', '%1b[31m', '%C2%85', '%E2%80%A8', '"}\u007b', '\u0080', '\u009b31m']
  for (const piece of odd) {
    await ask({ ':path': `/a?q=${piece}`, 'user-agent': `a${piece}`, 'x-user-id': piece })
    await ask({ ':path': `/a${piece}`, 'user-agent': piece })
  }
  assert.ok(gateway.logLines.length >= odd.length)
  for (const line of gateway.logLines) {
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
    assert.doesNotMatch(line.slice(0, -1), /[\x00-\x1f\x7f-\x9f\u2028\u2029]/)
    assert.equal(typeof JSON.parse(line), 'object')
  }
})

test('B40: a request over HTTP/2 that carries our Via is answered 508', async t => {
  const { upstream, ask } = await started(t)
  for (const via of ['2.0 switchback', '1.1 edge, 2.0 SWITCHBACK (a comment)']) {
    assertRefused(await ask({ via }), 508, 'loop', via)
  }
  assert.equal(upstream.received(), '')
})
