import assert from 'node:assert/strict'
import { once } from 'node:events'
import { type RequestOptions, request } from 'node:https'
import { type TestContext, test } from 'node:test'
import { connect as connectTls, type SecureVersion } from 'node:tls'
import { bearing, entryOf, tokenOf } from '../admin/operators.ts'
import { startIdentityProvider } from '../identity/identity-provider.ts'
import { createIssuer } from '../identity/issuer.ts'
import { type Certificate, makeAuthority, makeCertificate } from '../support/certificates.ts'
import { oneRoute, startGateway } from '../support/gateway.ts'
import { startGatewayProcess } from '../support/gateway-process.ts'
import { startUpstream } from '../support/http.ts'

const authority = await makeAuthority('operators.test')

/** `switchback.yaml` with this `admin`. */
function processWith(admin: object): string {
  return `listen: { host: 127.0.0.1, port: 0 }\nadmin: ${JSON.stringify({ port: 0, ...admin })}\ndrain: { lingerMs: 0 }\n`
}

function files(certificate: Certificate): Record<string, string> {
  return { 'tls/cert.pem': certificate.cert, 'tls/key.pem': certificate.key }
}

const tls = { certFile: 'tls/cert.pem', keyFile: 'tls/key.pem' }
/** On loopback, but no address that is known for it. */
const elsewhere = '::ffff:127.0.0.1'

function certificateFor(commonName: string): Promise<Certificate> {
  return makeCertificate({ commonName, altNames: ['127.0.0.1'], ca: authority })
}

/** Status of a request to the admin listener over TLS. */
async function statusOver(port: number, path: string, options: RequestOptions = {}) {
  const ca = authority.cert
  const asking = request({ host: '127.0.0.1', port, path, ca, agent: false, ...options })
  asking.end()
  const [answer] = await once(asking, 'response')
  return answer.resume().statusCode as number
}

async function start(t: TestContext, admin: object, more: Record<string, string> = {}) {
  const v1 = await startUpstream(t, 'v1')
  const gateway = await startGateway(t, {
    ...oneRoute({ v1: v1.url }),
    ...more,
    'switchback.yaml': processWith(admin),
  })
  const apply = async (changed: Record<string, string>) => {
    await gateway.edit(changed)
    // The files are watched as well: who comes first applies them.
    assert.notEqual((await gateway.reload()).result, 'refused')
  }
  const status = async (path: string, token?: string) =>
    (await fetch(`${gateway.adminUrl}${path}`, token ? { headers: bearing(token) } : {})).status
  return { gateway, apply, status }
}

test('away from loopback operators are served over TLS, with a token', async t => {
  const tokens = [entryOf('anna', 'operator')]
  const { gateway } = await start(
    t,
    { host: elsewhere, tls, tokens },
    files(await certificateFor('first.test')),
  )
  assert.equal(gateway.adminUrl, `https://[${elsewhere}]:${gateway.adminPort}`)
  const { adminPort } = gateway
  const headers = bearing(tokenOf('anna'))
  assert.equal(await statusOver(adminPort, '/status', { headers }), 200)
  assert.equal(await statusOver(adminPort, '/status'), 401)
  assert.equal(await statusOver(adminPort, '/metrics'), 401)
  assert.equal(await statusOver(adminPort, '/metrics', { headers }), 200)
  assert.equal(await statusOver(adminPort, '/health'), 200)
  await assert.rejects(fetch(`http://127.0.0.1:${adminPort}/health`))
})

test('a renewed certificate is served to the next connection, of TLS 1.3 as before', async t => {
  const { gateway, apply } = await start(t, { tls }, files(await certificateFor('before.test')))
  async function servedName(maxVersion: SecureVersion = 'TLSv1.3'): Promise<unknown> {
    const to = { port: gateway.adminPort, host: '127.0.0.1', ca: authority.cert, maxVersion }
    const socket = connectTls(to)
    await once(socket, 'secureConnect')
    const { CN } = socket.getPeerCertificate().subject
    socket.destroy()
    return CN
  }
  assert.equal(await servedName(), 'before.test')
  await assert.rejects(servedName('TLSv1.2'), /protocol version/)
  await apply(files(await certificateFor('after.test')))
  assert.equal(await servedName(), 'after.test')
  const told = gateway.logLines.filter(line => line.includes('"certificate-expiring"'))
  // Those of tests are good for a day.
  assert.ok(told.length > 0)
  assert.ok(told.every(line => line.includes('tls/cert.pem')))
  await assert.rejects(servedName('TLSv1.2'), /protocol version/)
})

test('a token that leaves the files is refused from the next request on, and a new one let in', async t => {
  const anna = entryOf('anna', 'operator')
  const vera = entryOf('vera', 'viewer')
  const { apply, status } = await start(t, { tokens: [anna] })
  assert.equal(await status('/status', tokenOf('anna')), 200)
  assert.equal(await status('/status', tokenOf('vera')), 401)
  await apply({ 'switchback.yaml': processWith({ tokens: [vera] }) })
  assert.equal(await status('/status', tokenOf('anna')), 401)
  assert.equal(await status('/status', tokenOf('vera')), 200)
  await apply({ 'switchback.yaml': processWith({}) })
  assert.equal(await status('/status'), 200)
})

test('a listener that others reach lets nobody in once the files name nobody', async t => {
  const tokens = [entryOf('anna', 'operator')]
  const { gateway, apply } = await start(
    t,
    { host: elsewhere, tls, tokens },
    files(await certificateFor('first.test')),
  )
  const headers = bearing(tokenOf('anna'))
  assert.equal(await statusOver(gateway.adminPort, '/status', { headers }), 200)
  // Valid, and for the next start: until then the listener stays where it is.
  await apply({ 'switchback.yaml': processWith({}) })
  assert.equal(await statusOver(gateway.adminPort, '/status', { headers }), 401)
  assert.equal(await statusOver(gateway.adminPort, '/status'), 401)
  assert.equal(await statusOver(gateway.adminPort, '/health'), 200)
  assert.ok(gateway.logLines.some(line => /"field":"admin".*at the next start/.test(line)))
})

test('workers leave the operators to the primary, which follows the files', async t => {
  const workers = (name: string) =>
    `${processWith({ tokens: [entryOf(name, 'viewer')] })}workers: 2\n`
  const gateway = await startGatewayProcess(t, {
    ...oneRoute({ v1: 'http://127.0.0.1:9' }),
    'switchback.yaml': workers('anna'),
  })
  const status = async (name: string) => {
    const url = `http://127.0.0.1:${gateway.adminPort}/status`
    return (await fetch(url, { headers: bearing(tokenOf(name)) })).status
  }
  assert.deepEqual([await status('anna'), await status('vera')], [200, 401])
  await gateway.edit({ 'switchback.yaml': workers('vera') })
  gateway.child.process.kill('SIGHUP')
  await gateway.child.until(/"why":"(signal|file-change)",.*"msg":"configuration applied"/)
  assert.deepEqual([await status('anna'), await status('vera')], [401, 200])
})

test('who may ask is no matter of the next start', async t => {
  const { gateway, apply } = await start(t, {})
  await apply({ 'switchback.yaml': processWith({ tokens: [entryOf('vera', 'viewer')] }) })
  assert.ok(!gateway.logLines.some(line => line.includes('at the next start')))
})

test('refusals are counted by reason and told without the token', async t => {
  const { gateway, status } = await start(t, { tokens: [entryOf('vera', 'viewer')] })
  await status('/status')
  await status('/status', 'sbadm_guessed')
  await status('/no-such-page', 'sbadm_guessed')
  const answer = await fetch(`${gateway.adminUrl}/metrics`, { headers: bearing(tokenOf('vera')) })
  const text = await answer.text()
  assert.match(text, /^switchback_admin_refusals_total\{reason="token-missing"\} 1$/m)
  assert.match(text, /^switchback_admin_refusals_total\{reason="token-unknown"\} 2$/m)
  const told = gateway.logLines
    .map(line => JSON.parse(line))
    .filter(({ event }) => event === 'admin-refused')
  assert.deepEqual(
    told.map(({ level, reason, address, page }) => [level, reason, address, page]),
    [
      ['warn', 'token-missing', '127.0.0.1', '/status'],
      ['warn', 'token-unknown', '127.0.0.1', '/status'],
      ['warn', 'token-unknown', '127.0.0.1', null],
    ],
  )
  assert.doesNotMatch(gateway.logLines.join(''), /guessed/)
})

test('the keys of the identity provider are fetched, and tokens go on without it', async t => {
  const issuer = await createIssuer()
  const provider = await startIdentityProvider(t, issuer.jwks)
  const oidc = {
    issuer: 'https://idp.example.com',
    audience: 'switchback',
    jwks: provider.url,
    roles: { viewer: ['dev'] },
  }
  const { gateway, status, apply } = await start(t, { oidc })
  const jwt = (claims: object) =>
    issuer.sign({ aud: 'switchback', exp: Math.floor(Date.now() / 1000) + 300, ...claims })
  const dev = await jwt({ roles: ['dev'] })
  assert.equal(await status('/status', dev), 200)
  assert.equal(await status('/status', await jwt({ roles: ['hr'] })), 403)
  const answer = await fetch(`${gateway.adminUrl}/metrics`, { headers: bearing(dev) })
  assert.ok((await answer.text()).includes(`switchback_jwks_up{jwks="${provider.url}"} 1`))
  await provider.stop()
  // Its keys outlive a reload, and the provider.
  const tokens = [entryOf('vera', 'viewer')]
  await apply({ 'switchback.yaml': processWith({ oidc, tokens }) })
  assert.equal(await status('/status', await jwt({ roles: ['dev'], sub: 'user-43' })), 200)
  assert.equal(await status('/status', tokenOf('vera')), 200)
})
