import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { config, createIssuer } from '../identity/issuer.ts'
import { type Certificate, makeAuthority, makeCertificate } from '../support/certificates.ts'
import { startScriptedUpstream } from '../support/conversation.ts'
import { oneRoute, startGateway } from '../support/gateway.ts'
import { parseAnswer, startRawUpstream } from '../support/raw.ts'
import {
  bothWays,
  keptRequest,
  lines,
  plainRequest,
  upgradeAnswer,
  upgradeRequest,
  valuesIn,
} from '../support/requests.ts'
import { converseTls, onePair, processWithTls } from '../support/tls.ts'

const server = await makeCertificate({ commonName: 'gateway', altNames: ['127.0.0.1'] })
const authority = await makeAuthority('clients')

const client = (name: string) =>
  makeCertificate({ commonName: 'a client', altNames: [name], purpose: 'client', ca: authority })

const billing = await client('spiffe://trust.test/billing')
const search = await client('spiffe://trust.test/search')
const stranger = await client('spiffe://trust.test/stranger')
const nameless = await client('billing.test')

const auth = `auth:
  certificate:
    id: san-uri
    names: [spiffe://trust.test/billing, spiffe://trust.test/search]
    roles: { "spiffe://trust.test/billing": [writer] }
  allow: [{ methods: [GET] }, { methods: [POST], roles: [writer] }]
  forward:
    claims: { x-caller: sub, x-caller-print: certificate.fingerprint }
`

async function start(t: TestContext, url: string, policy = auth, files = {}) {
  return startGateway(t, {
    ...oneRoute({ v1: url }),
    'routes/main.yaml': `match: { path: / }\nv1: { url: "${url}" }\npolicy: open\n`,
    'policies/open.yaml': policy,
    'cert.pem': server.cert,
    'key.pem': server.key,
    'ca.pem': authority.cert,
    'switchback.yaml': processWithTls(
      `${onePair}, clientCaFile: ca.pem, clientCertificates: request`,
    ),
    ...files,
  })
}

const unidentified = (reason: string) =>
  `switchback_refusal_details_total{route="main",detail="${reason}"}`

for (const [way, request] of bothWays) {
  test(`the name of the certificate decides about ${way}`, async t => {
    const upstream = await startRawUpstream(t)
    const gateway = await start(t, upstream.url)
    const refused: [Partial<Certificate>, string, string][] = [
      [{}, 'certificate-required', 'certificate-missing'],
      [await makeCertificate({ commonName: 'x' }), 'certificate-required', 'certificate-refused'],
      [stranger, 'forbidden', 'name-not-listed'],
      [nameless, 'forbidden', 'certificate-unnamed'],
    ]
    for (const [shows, code, reason] of refused) {
      const caller = converseTls(t, gateway.port, shows)
      caller.send(request('/'))
      const answer = parseAnswer(await caller.ended())
      assert.equal(answer.status, 403)
      assert.equal(JSON.parse(answer.body).code, code)
      assert.equal(answer.headers.has('www-authenticate'), false)
      assert.equal(await gateway.metric(unidentified(reason)), 1)
    }
    assert.equal(upstream.connections(), 0)
    const caller = converseTls(t, gateway.port, search)
    caller.send(request('/'))
    await caller.until('\r\n\r\nok')
  })
}

test('roles of the name decide about methods, on one connection', async t => {
  const upstream = await startRawUpstream(t)
  const gateway = await start(t, upstream.url)
  const post = keptRequest('/', 'content-length: 0\r\n', 'POST')
  const [writer, reader] = [
    converseTls(t, gateway.port, billing),
    converseTls(t, gateway.port, search),
  ]
  assert.equal((await writer.ask(keptRequest('/'))).status, 200)
  assert.equal((await writer.ask(post)).status, 200)
  assert.equal((await reader.ask(keptRequest('/'))).status, 200)
  const refused = await reader.ask(post)
  assert.equal(refused.status, 403)
  // No token would help here.
  assert.equal(refused.headers.has('www-authenticate'), false)
  assert.equal(await gateway.metric(unidentified('role-missing')), 1)
})

test('upstreams are told the caller, and never by the client itself', async t => {
  const upstream = await startRawUpstream(t)
  const gateway = await start(t, upstream.url)
  const forged = lines(
    'X-Caller: spiffe://trust.test/root',
    'x_caller: spiffe://trust.test/root',
    'X.Caller: spiffe://trust.test/root',
    'X-Caller-Print: root',
    'X_Caller.Print: root',
    'Client-Cert: :root:',
    'X-Forwarded-Client-Cert: URI=spiffe://trust.test/root',
    'Connection: x-caller, x-caller-print',
  )
  for (const [, request] of bothWays) {
    const caller = converseTls(t, gateway.port, billing)
    caller.send(request('/', forged))
    await caller.until('\r\n\r\nok')
  }
  const received = upstream.received()
  const name = 'spiffe://trust.test/billing'
  assert.deepEqual(valuesIn(received, 'x-caller'), [name, name])
  assert.doesNotMatch(received, /root/)
  const [print = ''] = valuesIn(received, 'x-caller-print')
  assert.match(print, /^[0-9a-f]{64}$/)
})

test('a WebSocket is opened over a connection with a certificate', async t => {
  const upstream = await startScriptedUpstream(t)
  const gateway = await start(t, upstream.url)
  const caller = converseTls(t, gateway.port, billing)
  caller.send(upgradeRequest('/'))
  const served = await upstream.accept()
  await served.until('\r\n\r\n')
  served.send(`${upgradeAnswer}hello`)
  assert.match(await caller.until('hello'), /^HTTP\/1\.1 101 /)
  caller.send('and back')
  await served.until('and back')
})

test('with a token beside it, both are asked for, or either', async t => {
  const issuer = await createIssuer('ES256')
  const exp = Math.floor(Date.now() / 1000) + 300
  const token = lines(`authorization: Bearer ${await issuer.sign({ exp })}`)
  const upstream = await startRawUpstream(t)
  const beside = (demand: string) => `auth:
  issuer: "${config.issuer}"
  audience: api
  jwksFile: keys.json
  algorithms: [ES256]
  certificate: { id: san-uri, demand: ${demand} }
`
  const statuses = async (demand: string) => {
    const files = { 'keys.json': JSON.stringify(issuer.jwks) }
    const gateway = await start(t, upstream.url, beside(demand), files)
    const found: number[] = []
    for (const shows of [billing, {}]) {
      for (const headers of [token, '']) {
        const caller = converseTls(t, gateway.port, shows)
        caller.send(plainRequest('/', headers))
        found.push(parseAnswer(await caller.ended()).status)
      }
    }
    return found
  }
  assert.deepEqual(await statuses('both'), [200, 401, 403, 403])
  assert.deepEqual(await statuses('either'), [200, 200, 200, 401])
})
