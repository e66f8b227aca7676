import assert from 'node:assert/strict'
import { test } from 'node:test'
import { config, createIssuer } from '../identity/issuer.ts'
import { openRaw } from '../support/conversation.ts'
import { oneRoute, processWith, startGateway, upstreamClients } from '../support/gateway.ts'
import { startUpstream } from '../support/http.ts'
import { parseAnswer, type RawAnswer, sendRaw, startRawUpstream } from '../support/raw.ts'
import { assertRefused, lines, plainRequest, upgradeRequest } from '../support/requests.ts'

const issuer = await createIssuer()
const home = 'https://app.example.com'
const permissions = {
  'access-control-allow-origin': home,
  'access-control-allow-credentials': 'true',
  'access-control-expose-headers': 'x-request-id, retry-after',
}
const cors = `cors: { origins: [${home}], credentials: true, exposeHeaders: [x-request-id, retry-after] }\n`

function permissionsIn({ headers }: RawAnswer): Record<string, string> {
  const found = [...headers].filter(([name]) => name.startsWith('access-control-'))
  return Object.fromEntries(found)
}

for (const client of upstreamClients) {
  test(`(${client}) the gateway alone says which page may read an answer`, async t => {
    const { url } = await startUpstream(t, 'v1', (incoming, response) => {
      incoming.resume()
      response.writeHead(200, [
        ['access-control-allow-origin', '*'],
        ['Access-Control-Allow-Private-Network', 'true'],
        ['vary', 'Accept-Encoding'],
        ['vary', 'Accept'],
      ])
      response.end('v1')
    })
    const gateway = await startGateway(t, {
      ...oneRoute({ v1: url, policy: cors }),
      'switchback.yaml': processWith(client),
    })
    for (const [origins, expected] of [
      [[home], permissions],
      [['https://evil.example'], {}],
      [['null'], {}],
      [[home, home], {}],
      [[], {}],
    ] as const) {
      const sent = lines(...origins.map(origin => `origin: ${origin}`))
      const answer = await sendRaw(gateway.port, plainRequest('/', sent))
      assert.equal(answer.status, 200, 'an Origin that is not allowed is no error')
      assert.deepEqual(permissionsIn(answer), expected, origins.join())
      assert.equal(answer.headers.get('vary'), 'Accept-Encoding, Accept, Origin')
    }
  })

  test(`(${client}) without cors what the upstream says is left as it is`, async t => {
    const { url } = await startUpstream(t, 'v1', (incoming, response) => {
      incoming.resume()
      response.writeHead(200, { 'access-control-allow-origin': '*', vary: 'Accept' }).end('v1')
    })
    const gateway = await startGateway(t, {
      ...oneRoute({ v1: url, policy: 'contentTypes: [application/json]\n' }),
      'switchback.yaml': processWith(client),
    })
    const answer = await sendRaw(gateway.port, plainRequest('/', `origin: ${home}\r\n`))
    assert.deepEqual(permissionsIn(answer), { 'access-control-allow-origin': '*' })
    assert.equal(answer.headers.get('vary'), 'Accept')
  })
}

test('refusals can be read too, whichever door they come from', async t => {
  const gateway = await startGateway(t, {
    ...oneRoute({ v1: 'http://127.0.0.1:9' }),
    'policies/open.yaml': `auth: { issuer: "${config.issuer}", audience: "${config.audience}", jwksFile: jwks.json }\nmaxBodyBytes: 1\ncontentTypes: [application/json]\n${cors}`,
    'jwks.json': JSON.stringify(issuer.jwks),
  })
  const good = `authorization: Bearer ${await issuer.sign()}`
  const json = 'content-type: application/json'
  const from = (...more: string[]) => lines(`origin: ${home}`, ...more)
  for (const [status, request] of [
    [401, plainRequest('/', from())],
    [401, plainRequest('/', from('authorization: Bearer nonsense'))],
    [415, `${plainRequest('/', from('content-length: 2', good), 'POST')}{}`],
    [413, `${plainRequest('/', from('content-length: 2', good, json), 'POST')}{}`],
    [502, plainRequest('/', from(good))],
  ] as const) {
    const answer = await sendRaw(gateway.port, request)
    assert.equal(answer.status, status)
    assert.deepEqual(permissionsIn(answer), permissions, String(status))
    assert.equal(answer.headers.get('vary'), 'Origin')
  }
})

test('WebSockets know no CORS', async t => {
  const upstream = await startRawUpstream(t)
  const gateway = await startGateway(t, oneRoute({ v1: upstream.url, policy: cors }))
  for (const origin of [home, 'https://evil.example', 'null']) {
    const caller = openRaw(t, gateway.port, upgradeRequest('/', `origin: ${origin}\r\n`))
    assert.deepEqual(permissionsIn(parseAnswer(await caller.until('\r\n\r\nok'))), {}, origin)
  }
})

test('an address that may not come in is told so, and its page can read it', async t => {
  const policy = `addresses: { deny: [127.0.0.1] }\n${cors}`
  const gateway = await startGateway(t, oneRoute({ v1: 'http://127.0.0.1:9', policy }))
  const answer = await sendRaw(gateway.port, plainRequest('/', `origin: ${home}\r\n`))
  assert.equal(answer.status, 403)
  assert.deepEqual(permissionsIn(answer), permissions)
  const handshake = upgradeRequest('/', `origin: ${home}\r\n`)
  const refused = await assertRefused(gateway.port, handshake, 403, 'address-refused')
  assert.deepEqual(permissionsIn(refused), {}, 'a WebSocket knows no CORS')
})
