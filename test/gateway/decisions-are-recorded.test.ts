import assert from 'node:assert/strict'
import { test } from 'node:test'
import { config, createIssuer } from '../identity/issuer.ts'
import { allDecisions, decisionsPage } from '../support/decisions.ts'
import { flagFile, oneRoute, startGateway, testProcess } from '../support/gateway.ts'
import { createClient, startUpstream } from '../support/http.ts'
import { createManualClock } from '../support/manual-clock.ts'
import { sendRaw } from '../support/raw.ts'
import { plainRequest } from '../support/requests.ts'

const issuer = await createIssuer('ES256', 'key-1')

const auth = `
auth:
  issuer: "${config.issuer}"
  audience: api
  jwksFile: keys.json
  algorithms: [ES256]
  roles: [member]
rateLimit:
  - { name: by-key, key: [{ header: x-api-key }, { header: x-partner }], limit: 2/h }
`

const bearer = (token: string) => ({ authorization: `Bearer ${token}` })

test('an assigned request is kept with what rules read of it, and nothing else', async t => {
  const v1 = await startUpstream(t, 'v1')
  const v2 = await startUpstream(t, 'v2')
  const gateway = await startGateway(t, oneRoute({ v1: v1.url, v2: v2.url, percent: 100 }))
  const get = createClient(t)
  await get(`${gateway.url}/a/b?card=4111`, {
    'x-user-id': 'ada',
    'x-other': 'unread',
    authorization: 'Basic c2VjcmV0',
    cookie: 'sid=secret; sb_sid=AAAAAAAAAAAAAAAAAAAAAA',
  })
  const [decision, ...others] = await allDecisions(gateway)
  assert.ok(decision !== undefined && others.length === 0)
  const { number, at, worker, config: version, ...rest } = decision
  assert.ok(Math.abs(at - Date.now()) < 60_000 && number > 0)
  assert.equal(worker, process.pid)
  assert.match(version, /^[\da-f]{12}$/)
  assert.deepEqual(rest, {
    skipped: 0,
    request: {
      method: 'GET',
      scheme: 'http',
      host: '127.0.0.1',
      path: '/a/b',
      address: '127.0.0.1',
      upgrade: false,
      hasBody: false,
      headers: {
        'content-type': [],
        origin: [],
        'access-control-request-method': [],
        'x-user-id': ['ada'],
      },
      digests: {},
      session: 'AAAAAAAAAAAAAAAAAAAAAA',
      seen: false,
    },
    proof: { kind: 'unasked' },
    latch: { flag: 'v2', tripped: false, drill: false },
    result: { kind: 'assigned', route: 'main', variant: 'v2', reason: 'in-share' },
  })
})

test('refusals are kept with the door and its word, and with what their callers proved', async t => {
  const v1 = await startUpstream(t, 'v1')
  const gateway = await startGateway(t, {
    ...oneRoute({ v1: v1.url, path: '/in', route: 'properties: { team: { claim: team } }' }),
    'routes/main.yaml': `match: { path: /in }\nv1: { url: "${v1.url}" }\npolicy: open\nproperties: { team: { claim: team } }\n`,
    'policies/open.yaml': auth,
    'keys.json': JSON.stringify(issuer.jwks),
  })
  const get = createClient(t)
  const member = bearer(
    await issuer.sign({ sub: 'ada', roles: ['member'], team: 'a', mail: 'x@y' }),
  )
  const guest = bearer(await issuer.sign({ sub: 'eve', roles: ['guest'] }))
  const key = { 'x-api-key': 'k-123', 'x-partner': 'acme' }
  await get(`${gateway.url}/out`)
  await get(`${gateway.url}/in`)
  await get(`${gateway.url}/in`, { ...guest, ...key })
  for (let i = 0; i < 3; i++) await get(`${gateway.url}/in`, { ...member, ...key })

  const decisions = await allDecisions(gateway)
  const told = decisions.map(({ result }) =>
    result.kind === 'refused'
      ? [result.route, result.refusal, result.detail, result.limit]
      : [result.kind],
  )
  assert.deepEqual(told, [
    [null, 'no-route', null, null],
    ['main', 'unauthenticated', 'token-missing', null],
    ['main', 'forbidden', 'role-missing', null],
    ['assigned'],
    ['assigned'],
    ['main', 'rate-limited', null, 'by-key'],
  ])
  const proofs = decisions.map(({ proof }) => proof)
  const rule = proofs.flatMap(proof => ('rule' in proof ? proof.rule : []))
  assert.equal(new Set(rule).size, 1)
  assert.deepEqual(
    proofs.map(proof => ('claims' in proof ? proof.claims : 'why' in proof ? proof.why : null)),
    [
      null,
      'token-missing',
      { sub: 'eve', roles: ['guest'], team: null },
      ...Array(3).fill({ sub: 'ada', roles: ['member'], team: 'a' }),
    ],
  )
  assert.equal(
    new Set(decisions.slice(2).map(each => `${each.request.digests['x-api-key']}`)).size,
    1,
  )
  const text = JSON.stringify(decisions)
  for (const secret of ['k-123', 'acme', 'Bearer', 'x@y'])
    assert.equal(text.includes(secret), false, secret)
})

test('a header that lets somebody in is kept as a digest alone, whatever a rule takes it for', async t => {
  const v1 = await startUpstream(t, 'v1')
  const route = 'properties: { partner: { header: x-partner-token } }\n'
  const gateway = await startGateway(t, oneRoute({ v1: v1.url, route }))
  await createClient(t)(gateway.url, { 'x-user-id': 'ada', 'x-partner-token': 'let-me-in' })
  const [decision] = await allDecisions(gateway)
  assert.equal(JSON.stringify(decision).includes('let-me-in'), false)
  assert.equal(decision?.request.digests['x-partner-token']?.length, 1)
})

test('the last ones are kept, in pages that a later request does not move', async t => {
  const v1 = await startUpstream(t, 'v1')
  const gateway = await startGateway(t, {
    ...oneRoute({ v1: v1.url }),
    'switchback.yaml': `${testProcess}decisions: { keep: 5 }\n`,
  })
  const get = createClient(t)
  for (let i = 0; i < 7; i++) await get(`${gateway.url}/${i}`)
  const paths = (page: { decisions: readonly { request: { path: string } }[] }) =>
    page.decisions.map(({ request }) => request.path)
  const first = await decisionsPage(gateway, '?limit=2')
  assert.deepEqual(
    [first.kept, first.leftOut, first.unheard, paths(first)],
    [5, 0, 0, ['/2', '/3']],
  )
  const after = first.decisions.at(-1)?.number ?? 0
  await get(`${gateway.url}/7`)
  assert.deepEqual(paths(await decisionsPage(gateway, `?after=${after}`)), ['/4', '/5', '/6', '/7'])
  assert.equal(await gateway.metric('switchback_decisions_kept'), 5)

  await gateway.edit({ 'switchback.yaml': `${testProcess}decisions: { keep: 2 }\n` })
  assert.notEqual((await gateway.reload()).result, 'refused')
  assert.deepEqual(paths(await decisionsPage(gateway)), ['/6', '/7'])
  await gateway.edit({ 'switchback.yaml': `${testProcess}decisions: { keep: 0 }\n` })
  await gateway.reload()
  await get(gateway.url)
  assert.equal((await decisionsPage(gateway)).kept, 0)
})

test('of one second no more are kept than are allowed, and the next one says how many were not', async t => {
  const v1 = await startUpstream(t, 'v1')
  const clock = createManualClock(1_795_000_000_000)
  const files = {
    ...oneRoute({ v1: v1.url }),
    'switchback.yaml': `${testProcess}decisions: { perSecond: 3 }\n`,
  }
  const gateway = await startGateway(t, files, clock)
  const get = createClient(t)
  for (let i = 0; i < 5; i++) await get(`${gateway.url}/${i}`)
  await clock.advance(1000)
  await get(`${gateway.url}/5`)
  const { decisions } = await decisionsPage(gateway)
  assert.deepEqual(
    decisions.map(({ request, skipped }) => [request.path, skipped]),
    [
      ['/0', 0],
      ['/1', 0],
      ['/2', 0],
      ['/5', 2],
    ],
  )
})

test('what depends on more text than a decision may have is left out, and counted', async t => {
  const v1 = await startUpstream(t, 'v1')
  const gateway = await startGateway(t, oneRoute({ v1: v1.url }))
  await createClient(t)(gateway.url, { 'x-user-id': 'u'.repeat(5000) })
  const { kept, leftOut } = await decisionsPage(gateway)
  assert.deepEqual([kept, leftOut], [0, 1])
  assert.equal(await gateway.metric('switchback_decisions_left_out_total'), 1)
})

test('WebSocket handshakes and CORS preflights are decisions too', async t => {
  const v1 = await startUpstream(t, 'v1')
  const policy =
    'cors: { origins: ["https://a.example"], methods: [GET] }\norigins: ["https://a.example"]\n'
  const gateway = await startGateway(t, oneRoute({ v1: v1.url, policy }))
  const origin = 'origin: https://a.example\r\naccess-control-request-method: GET\r\n'
  await sendRaw(gateway.port, plainRequest('/x', origin, 'OPTIONS'))
  await sendRaw(
    gateway.port,
    'GET /ws HTTP/1.1\r\nhost: a\r\nconnection: Upgrade\r\nupgrade: websocket\r\nsec-websocket-version: 13\r\nsec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\norigin: https://b.example\r\n\r\n',
  )
  const [preflight, handshake] = await allDecisions(gateway)
  assert.deepEqual(preflight?.result, { kind: 'preflight', route: 'main' })
  assert.deepEqual(handshake?.request.upgrade, true)
  assert.deepEqual(handshake?.request.headers.origin, ['https://b.example'])
  assert.equal(handshake?.result.kind === 'refused' && handshake.result.refusal, 'origin-refused')
})

test('a flag that changes names itself with each decision', async t => {
  const v1 = await startUpstream(t, 'v1')
  const v2 = await startUpstream(t, 'v2')
  const gateway = await startGateway(t, oneRoute({ v1: v1.url, v2: v2.url, percent: 0 }))
  const get = createClient(t)
  await get(gateway.url, { 'x-user-id': 'ada' })
  await gateway.edit({ 'flags/v2.json': flagFile('v2', 100) })
  await gateway.reload()
  await get(gateway.url, { 'x-user-id': 'ada' })
  const [before, after] = await allDecisions(gateway)
  assert.notEqual(before?.config, after?.config)
  assert.equal(before?.result.kind === 'assigned' && before.result.variant, 'v1')
  assert.equal(after?.result.kind === 'assigned' && after.result.variant, 'v2')
})
