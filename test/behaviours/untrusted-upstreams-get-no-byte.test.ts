import assert from 'node:assert/strict'
import { test } from 'node:test'
import { makeAuthority, makeCertificate } from '../support/certificates.ts'
import { openRaw } from '../support/conversation.ts'
import { flagFile, processWith, startGateway, upstreamClients } from '../support/gateway.ts'
import { startUpstream } from '../support/http.ts'
import { eventsOf } from '../support/log-events.ts'
import { startRawUpstream } from '../support/raw.ts'
import { assertRefused, plainRequest, upgradeRequest } from '../support/requests.ts'
import { startTlsUpstream } from '../support/tls-upstream.ts'

const authority = await makeAuthority('test authority')
const name = { commonName: 'backend', altNames: ['127.0.0.1'] }
const good = await makeCertificate({ ...name, ca: authority })
/** By the word that metric and log have for it. */
const bad = {
  'self-signed': await makeCertificate(name),
  'unknown-authority': await makeCertificate({ ...name, ca: await makeAuthority('other') }),
  expired: await makeCertificate({
    ...name,
    ca: authority,
    notAfter: new Date(Date.now() - 60_000),
  }),
  'wrong-name': await makeCertificate({
    commonName: '127.0.0.1',
    altNames: ['elsewhere.example'],
    ca: authority,
  }),
}

const upstream = (url: string) => `{ url: "${url}", tls: { caFile: ca.pem } }`
const files = (client: (typeof upstreamClients)[number], url: string) => ({
  'switchback.yaml': processWith(client),
  'routes/main.yaml': `match: { path: / }\nv1: ${upstream(url)}\npolicy: open\n`,
  'policies/open.yaml': 'auth: public\n',
  'ca.pem': authority.cert,
})
const post = `${plainRequest('/', 'content-length: 6\r\n', 'POST')}secret`

for (const client of upstreamClients) {
  for (const [reason, certificate] of Object.entries(bad)) {
    test(`B25 (${client}): an upstream certificate that is ${reason} is answered 502 and sent no byte`, async t => {
      const upstream = await startTlsUpstream(t, certificate)
      const gateway = await startGateway(t, files(client, upstream.url))
      await assertRefused(gateway.port, post, 502, 'upstream-tls')
      await assertRefused(gateway.port, plainRequest('/'), 502, 'upstream-tls')
      await assertRefused(gateway.port, upgradeRequest('/'), 502, 'upstream-tls')
      assert.equal(upstream.received(), '')
      const sample = `switchback_upstream_tls_failures_total{origin="${upstream.url}",reason="${reason}"}`
      assert.equal(await gateway.metric(sample), 3)
      const [told, ...again] = eventsOf(gateway.logLines, 'tls-failed')
      assert.deepEqual([told?.origin, told?.trouble], [upstream.url, reason])
      assert.deepEqual(again, [], 'the same is told once a minute')
    })
  }

  test(`B25 (${client}): an upstream with a good certificate is served`, async t => {
    const upstream = await startTlsUpstream(t, good)
    const gateway = await startGateway(t, files(client, upstream.url))
    await openRaw(t, gateway.port, post).until('\r\n\r\nok')
    assert.match(upstream.received(), /^POST \/ HTTP\/1\.1\r\n[\s\S]*secret$/)
  })

  test(`(${client}) a self-signed certificate that is its own authority in caFile is served`, async t => {
    const upstream = await startTlsUpstream(t, bad['self-signed'])
    const gateway = await startGateway(t, {
      ...files(client, upstream.url),
      'ca.pem': bad['self-signed'].cert,
    })
    await openRaw(t, gateway.port, post).until('\r\n\r\nok')
  })

  test(`B25 (${client}): an https origin that speaks plain HTTP is answered 502, and nothing can be read there`, async t => {
    const upstream = await startUpstream(t, 'v1')
    const url = upstream.url.replace('http:', 'https:')
    const gateway = await startGateway(t, files(client, url))
    await assertRefused(gateway.port, post, 502, 'upstream-tls')
    await assertRefused(gateway.port, upgradeRequest('/'), 502, 'upstream-tls')
    assert.equal(upstream.count(), 0)
    const sample = `switchback_upstream_tls_failures_total{origin="${url}",reason="not-tls"}`
    assert.equal(await gateway.metric(sample), 2)
  })

  test(`B25 (${client}): copies to a V2 with a bad certificate fail by tls-failed, without a byte`, async t => {
    const v1 = await startRawUpstream(t)
    const v2 = await startTlsUpstream(t, bad['wrong-name'])
    const gateway = await startGateway(t, {
      ...files(client, v2.url),
      'routes/main.yaml': `match: { path: / }\nv1: { url: "${v1.url}" }\nv2: ${upstream(v2.url)}\nflag: new\npolicy: open\n`,
      'policies/open.yaml': 'auth: public\nshadow: { noise: 0% }\n',
      'flags/new.json': flagFile('new', 0),
    })
    await openRaw(t, gateway.port, plainRequest('/')).until('\r\n\r\nok')
    const sample =
      'switchback_shadow_copies_total{route="main",copy="shadow",result="failed",reason="tls-failed"}'
    while ((await gateway.metric(sample)) === 0);
    assert.equal(v2.received(), '')
    const trouble = `switchback_upstream_tls_failures_total{origin="${v2.url}",reason="wrong-name"}`
    assert.equal(await gateway.metric(trouble), 1)
  })

  test(`B25 (${client}): checks and breaker of an origin see its bad certificate`, async t => {
    const upstream = await startTlsUpstream(t, bad.expired)
    const health = 'health: { path: /up, interval: 1s, fall: 1 }'
    const gateway = await startGateway(t, {
      ...files(client, upstream.url),
      'routes/main.yaml': `match: { path: / }\nv1: { url: "${upstream.url}", tls: { caFile: ca.pem }, ${health} }\npolicy: open\n`,
      'policies/open.yaml':
        'auth: public\nbreaker: { errorRate: 50%, minRequests: 2, openFor: 60s }\n',
    })
    await assertRefused(gateway.port, plainRequest('/'), 502, 'upstream-tls')
    await assertRefused(gateway.port, plainRequest('/'), 502, 'upstream-tls')
    await assertRefused(gateway.port, plainRequest('/'), 503, 'breaker-open')
    const labels = `{route="main",variant="v1",origin="${upstream.url}"}`
    while ((await gateway.metric(`switchback_origin_healthy${labels}`)) === 1);
    assert.equal(
      eventsOf(gateway.logLines, 'unhealthy')[0]?.finding,
      'GET /up failed with tls-failed',
    )
    assert.equal(upstream.received(), '')
  })
}
