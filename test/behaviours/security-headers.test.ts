import assert from 'node:assert/strict'
import { once } from 'node:events'
import { test } from 'node:test'
import { connect } from 'node:tls'
import { makeCertificate } from '../support/certificates.ts'
import {
  oneRoute,
  processWith,
  startGateway,
  testProcess,
  upstreamClients,
} from '../support/gateway.ts'
import { startUpstream } from '../support/http.ts'
import { parseAnswer, sendRaw } from '../support/raw.ts'
import { assertRefused, plainRequest } from '../support/requests.ts'

const policy = `
securityHeaders:
  hsts: { maxAgeSeconds: 31536000, includeSubDomains: true, preload: true }
  contentTypeOptions: nosniff
  frameOptions: DENY
  referrerPolicy: no-referrer
  contentSecurityPolicy: "default-src 'self'"
  permissionsPolicy: camera=()
  crossOriginOpenerPolicy: same-origin
  crossOriginResourcePolicy: same-site
`
const expected = {
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'no-referrer',
  'content-security-policy': "default-src 'self'",
  'permissions-policy': 'camera=()',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-site',
}
const hsts = 'max-age=31536000; includeSubDomains; preload'

function assertHas(headers: ReadonlyMap<string, string>, wanted: Record<string, string>): void {
  for (const [name, value] of Object.entries(wanted)) assert.equal(headers.get(name), value, name)
}

for (const client of upstreamClients) {
  test(`(${client}) answers get the headers that the upstream did not set`, async t => {
    const { url } = await startUpstream(t, 'v1', (incoming, response) => {
      incoming.resume()
      const set = incoming.url === '/own' ? { 'X-Frame-Options': 'SAMEORIGIN' } : {}
      response.writeHead(200, set).end('v1')
    })
    const gateway = await startGateway(t, {
      ...oneRoute({ v1: url, policy }),
      'switchback.yaml': processWith(client),
    })
    assertHas((await sendRaw(gateway.port, plainRequest('/'))).headers, expected)
    const { headers } = await sendRaw(gateway.port, plainRequest('/own'))
    assertHas(headers, { ...expected, 'x-frame-options': 'SAMEORIGIN' })
  })
}

test('refusals get them too, by the doors and for the upstream', async t => {
  const files = oneRoute({
    v1: 'http://127.0.0.1:9',
    policy: `contentTypes: [application/json]${policy}`,
  })
  const gateway = await startGateway(t, files)
  const post = `${plainRequest('/', 'content-length: 1\r\n', 'POST')}x`
  const refused = await assertRefused(gateway.port, post, 415, 'content-type-refused')
  assertHas(refused.headers, expected)
  const failed = await assertRefused(gateway.port, plainRequest('/'), 502, 'upstream-connect')
  assertHas(failed.headers, expected)
})

test('Strict-Transport-Security is said over TLS only', async t => {
  const { url } = await startUpstream(t, 'v1')
  const plain = await startGateway(t, oneRoute({ v1: url, policy }))
  const { headers } = await sendRaw(plain.port, plainRequest('/'))
  assert.equal(headers.has('strict-transport-security'), false)

  const { cert, key } = await makeCertificate({ commonName: 'gateway', altNames: ['127.0.0.1'] })
  const gateway = await startGateway(t, {
    ...oneRoute({ v1: url, policy }),
    'switchback.yaml': testProcess.replace(
      'port: 0 }\nadmin',
      'port: 0, tls: { certFile: cert.pem, keyFile: key.pem } }\nadmin',
    ),
    'cert.pem': cert,
    'key.pem': key,
  })
  const socket = connect({ port: gateway.port, host: '127.0.0.1', ca: cert })
  let text = ''
  socket.on('data', chunk => {
    text += chunk.toString('latin1')
  })
  socket.write(plainRequest('/'))
  await once(socket, 'close')
  assertHas(parseAnswer(text).headers, { ...expected, 'strict-transport-security': hsts })
})

test('a proxy that ended TLS and is trusted counts as TLS', async t => {
  const { url } = await startUpstream(t, 'v1')
  const gateway = await startGateway(t, {
    ...oneRoute({ v1: url, policy }),
    'switchback.yaml': `${testProcess}trustedProxies: [127.0.0.1]\n`,
  })
  const request = plainRequest('/', 'x-forwarded-proto: https\r\n')
  const { headers } = await sendRaw(gateway.port, request)
  assert.equal(headers.get('strict-transport-security'), hsts)
})
