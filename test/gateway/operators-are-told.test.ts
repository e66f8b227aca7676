import assert from 'node:assert/strict'
import { once } from 'node:events'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { connect as connectTls } from 'node:tls'
import { createIssuer } from '../identity/issuer.ts'
import { makeCertificate } from '../support/certificates.ts'
import { oneRoute, startGateway, testProcess } from '../support/gateway.ts'
import { createClient, startUpstream } from '../support/http.ts'

const json = async (url: string) => (await (await fetch(url)).json()) as Record<string, unknown>

test('a port that is taken is named by its field, and nothing is left open', async t => {
  const v1 = await startUpstream(t, 'v1')
  const first = await startGateway(t, oneRoute({ v1: v1.url }))
  const taken = (field: string, ports: string) =>
    assert.rejects(
      startGateway(t, { ...oneRoute({ v1: v1.url }), 'switchback.yaml': ports }),
      new RegExp(`^Error: Cannot listen: ${field} in switchback.yaml must be a free address`),
    )
  await taken(
    'admin',
    `listen: { host: 127.0.0.1, port: 0 }\nadmin: { port: ${first.adminPort} }\n`,
  )
  await taken('listen', `listen: { host: 127.0.0.1, port: ${first.port} }\nadmin: { port: 0 }\n`)
})

test('a renewed certificate is served to the next connection after a reload', async t => {
  const v1 = await startUpstream(t, 'v1')
  const before = await makeCertificate({ commonName: 'before.test' })
  const after = await makeCertificate({ commonName: 'after.test' })
  const gateway = await startGateway(t, {
    ...oneRoute({ v1: v1.url }),
    'tls/cert.pem': before.cert,
    'tls/key.pem': before.key,
    'switchback.yaml': testProcess.replace(
      'port: 0 }',
      'port: 0, tls: { certFile: tls/cert.pem, keyFile: tls/key.pem } }',
    ),
  })
  const servedName = async (): Promise<unknown> => {
    const socket = connectTls({ port: gateway.port, host: '127.0.0.1', rejectUnauthorized: false })
    await once(socket, 'secureConnect')
    const { CN } = socket.getPeerCertificate().subject
    socket.destroy()
    return CN
  }
  assert.equal(await servedName(), 'before.test')
  await gateway.edit({ 'tls/cert.pem': after.cert, 'tls/key.pem': after.key })
  assert.notEqual((await gateway.reload()).result, 'refused')
  assert.equal(await servedName(), 'after.test')
})

test('what was wrong with a token stands in the log and in a metric, not in the answer', async t => {
  const v1 = await startUpstream(t, 'v1')
  const issuer = await createIssuer()
  const gateway = await startGateway(t, {
    ...oneRoute({ v1: v1.url }),
    'jwks.json': JSON.stringify(issuer.jwks),
    'policies/open.yaml': `auth: { issuer: https://idp.test, audience: api, jwksFile: jwks.json }\n`,
  })
  const get = createClient(t)
  const answers = [
    await get(gateway.url),
    await get(gateway.url, { authorization: 'Bearer a.b.c' }),
  ]
  for (const { status, body, headers } of answers) {
    assert.equal(status, 401)
    assert.match(String(headers['www-authenticate']), /^Bearer( error="invalid_token")?$/)
    assert.doesNotMatch(body, /token-/)
  }
  const told = gateway.logLines.map(line => JSON.parse(line)).filter(({ msg }) => msg === 'request')
  assert.deepEqual(
    told.map(({ refusal, detail }) => [refusal, detail]),
    [
      ['unauthenticated', 'token-missing'],
      ['unauthenticated', 'token-malformed'],
    ],
  )
  assert.equal(
    await gateway.metric('switchback_refusal_details_total{route="main",detail="token-missing"}'),
    1,
  )
})

test('the admin listener shows the flags in force and where they come from', async t => {
  const v1 = await startUpstream(t, 'v1')
  const gateway = await startGateway(t, oneRoute({ v1: v1.url, v2: v1.url, percent: 35 }))
  const { kind, from, flags } = await json(`${gateway.adminUrl}/flags`)
  assert.deepEqual([kind, from], ['flags', 'files'])
  const [flag] = flags as { name: string; enabled: boolean; strategies: { parameters: object }[] }[]
  assert.deepEqual(
    [flag?.name, flag?.enabled, flag?.strategies[0]?.parameters],
    ['v2', true, { rollout: '35', stickiness: 'default', groupId: 'v2' }],
  )
  assert.equal(await gateway.metric('switchback_flag_source_up'), 1)
})

test('an alarm about the configuration has its end in the log', async t => {
  const v1 = await startUpstream(t, 'v1')
  const files = oneRoute({ v1: v1.url })
  const gateway = await startGateway(t, files)
  await writeFile(join(gateway.dir, 'routes/main.yaml'), 'match: { path: / \n')
  await gateway.reload()
  await gateway.edit({ 'routes/main.yaml': files['routes/main.yaml'] as string })
  await gateway.reload()
  const told = gateway.logLines.map(line => JSON.parse(line)).map(({ level, msg }) => [level, msg])
  const refused = told.findIndex(([, msg]) => /refused/.test(String(msg)))
  assert.equal(told[refused]?.[0], 'error')
  assert.ok(
    told.slice(refused).some(([level, msg]) => level === 'info' && /in force/.test(String(msg))),
  )
})
