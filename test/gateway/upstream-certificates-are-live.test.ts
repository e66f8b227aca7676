import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer as createHttpsServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { test } from 'node:test'
import { setTimeout } from 'node:timers/promises'
import { formatFault } from '../../src/config/format-fault.ts'
import type { GatewayStatus } from '../../src/fleet/gateway-status.ts'
import { makeAuthority, makeCertificate } from '../support/certificates.ts'
import { processWith, startGateway, testProcess, upstreamClients } from '../support/gateway.ts'
import { createClient } from '../support/http.ts'
import { eventsOf } from '../support/log-events.ts'
import { sendRaw } from '../support/raw.ts'
import { plainRequest } from '../support/requests.ts'
import { startTlsUpstream } from '../support/tls-upstream.ts'

const [authority, laterAuthority] = [await makeAuthority('first'), await makeAuthority('second')]
const name = { commonName: 'backend', altNames: ['127.0.0.1'] }
const server = await makeCertificate({ ...name, ca: authority })
const own = await makeCertificate({ commonName: 'gateway 1', purpose: 'client', ca: authority })
const renewed = await makeCertificate({ commonName: 'gateway 2', purpose: 'client', ca: authority })
const strict = { ...server, ca: authority.cert, requestCert: true, rejectUnauthorized: true }

const files = (client: (typeof upstreamClients)[number], url: string) => ({
  'switchback.yaml': processWith(client),
  'routes/main.yaml': `
match: { path: / }
v1: { url: "${url}", tls: { caFile: tls/ca.pem, certFile: tls/own.pem, keyFile: tls/key.pem } }
policy: open
`,
  'policies/open.yaml': 'auth: public\n',
  'tls/ca.pem': authority.cert,
  'tls/own.pem': own.cert,
  'tls/key.pem': own.key,
})

for (const client of upstreamClients) {
  test(`${client}: a certificate that is renewed on disk is shown to new connections; an answer under way is finished`, async t => {
    const begun = Promise.withResolvers<() => void>()
    const callers: string[] = []
    const upstream = createHttpsServer(strict, (request, response) => {
      const certificate = (request.socket as import('node:tls').TLSSocket).getPeerCertificate()
      callers.push(String(certificate.subject.CN))
      if (request.url !== '/long') response.end('short')
      else {
        response.write('first half, ')
        begun.resolve(() => response.end('second half'))
      }
    })
    upstream.listen(0, '127.0.0.1')
    await once(upstream, 'listening')
    t.after(() => {
      upstream.closeAllConnections()
      upstream.close()
    })
    const { port } = upstream.address() as AddressInfo
    const gateway = await startGateway(t, files(client, `https://127.0.0.1:${port}`))
    const get = createClient(t)
    const long = get(`${gateway.url}/long`)
    const finish = await begun.promise

    await gateway.edit({ 'tls/own.pem': renewed.cert, 'tls/key.pem': renewed.key })
    await gateway.reload()
    assert.equal((await get(`${gateway.url}/`)).body, 'short')
    finish()
    assert.equal((await long).body, 'first half, second half')
    assert.deepEqual(callers, ['gateway 1', 'gateway 2'])
  })

  test(`${client}: a key that does not fit is refused by name, and the pair before goes on being shown`, async t => {
    const upstream = await startTlsUpstream(t, strict)
    const gateway = await startGateway(t, files(client, upstream.url))
    const get = createClient(t)
    await gateway.edit({ 'tls/key.pem': renewed.key })
    const { result, faults } = await gateway.reload()
    assert.equal(result, 'refused')
    assert.deepEqual(faults.map(formatFault), [
      'routes/main.yaml:3:98 v1.tls.keyFile must be a file with the private key of certFile, received the key of another certificate',
    ])
    for (let asked = 0; asked < 2; asked++) {
      assert.equal((await get(`${gateway.url}/`)).status, 200)
      upstream.hangUp()
    }
    assert.deepEqual(upstream.callers, ['gateway 1', 'gateway 1'])
  })

  test(`${client}: authorities that are replaced on disk hold for new connections`, async t => {
    const upstream = await startTlsUpstream(t, server)
    const gateway = await startGateway(t, files(client, upstream.url))
    const get = createClient(t)
    assert.equal((await get(`${gateway.url}/`)).status, 200)
    upstream.renew(await makeCertificate({ ...name, ca: laterAuthority }))
    upstream.hangUp()
    assert.equal((await get(`${gateway.url}/`)).status, 502)
    await gateway.edit({ 'tls/ca.pem': laterAuthority.cert })
    await gateway.reload()
    assert.equal((await get(`${gateway.url}/`)).status, 200)
  })

  test(`B25 (${client}): a certificate that expires is refused to new connections; one that is kept goes on`, async t => {
    const notAfter = new Date(Date.now() + 5000)
    const upstream = await startTlsUpstream(
      t,
      await makeCertificate({ ...name, ca: authority, notAfter }),
    )
    const gateway = await startGateway(t, {
      ...files(client, upstream.url),
      'switchback.yaml': `${testProcess}upstream: { client: ${client}, keepAliveTimeoutMs: 60000 }\n`,
    })
    const get = createClient(t)
    assert.equal((await get(`${gateway.url}/`)).status, 200)
    // Certificates know whole seconds.
    await setTimeout(notAfter.getTime() + 1000 - Date.now())
    assert.equal((await get(`${gateway.url}/`)).status, 200)
    assert.equal(upstream.dialled(), 1)
    upstream.hangUp()
    const received = upstream.received()
    assert.equal((await get(`${gateway.url}/`)).status, 502)
    assert.equal(upstream.received(), received)
    const sample = `switchback_upstream_tls_failures_total{origin="${upstream.url}",reason="expired"}`
    assert.ok((await gateway.metric(sample)) > 0)
  })
}

test('workers show what was judged: a renewed pair reaches all of them', async t => {
  const upstream = await startTlsUpstream(t, strict)
  const gateway = await startGateway(t, {
    ...files('http1', upstream.url),
    'switchback.yaml': `${testProcess}workers: 2\nlog: { access: false, level: error }\n`,
  })
  const request = plainRequest('/')
  const callersSince = async (from: number) => {
    // The kernel deals connections out; each worker has its own to the upstream.
    for (let asked = 0; asked < 40; asked++) await sendRaw(gateway.port, request)
    return new Set(upstream.callers.slice(from))
  }
  assert.deepEqual(await callersSince(0), new Set(['gateway 1']))
  await gateway.edit({ 'tls/own.pem': renewed.cert, 'tls/key.pem': renewed.key })
  assert.notEqual((await gateway.reload()).result, 'refused')
  assert.deepEqual(await callersSince(upstream.callers.length), new Set(['gateway 2']))
})

test('metric, status and log say how long what upstreams are shown is good for', async t => {
  const expires = new Date(Math.ceil(Date.now() / 1000) * 1000 + 5 * 86_400_000)
  const short = await makeCertificate({
    commonName: 'gateway',
    purpose: 'client',
    ca: authority,
    notAfter: expires,
  })
  const gateway = await startGateway(t, {
    ...files('http1', 'https://127.0.0.1:9'),
    'tls/own.pem': short.cert,
    'tls/key.pem': short.key,
  })
  const file = join(gateway.dir, 'tls/own.pem')
  const metric = `switchback_certificate_expiry_timestamp_seconds{file="${file}"}`
  assert.equal(await gateway.metric(metric), expires.getTime() / 1000)
  const { certificates } = (await (
    await fetch(`${gateway.adminUrl}/status`)
  ).json()) as GatewayStatus
  assert.deepEqual(certificates, [
    { shownTo: 'upstreams', file, names: [], expiresAt: expires.getTime(), state: 'expiring' },
  ])
  assert.deepEqual(
    eventsOf(gateway.logLines, 'certificate-expiring').map(({ file }) => file),
    [file],
  )
})
