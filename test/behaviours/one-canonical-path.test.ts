import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { config, createIssuer } from '../identity/issuer.ts'
import { openRaw } from '../support/conversation.ts'
import { startGateway } from '../support/gateway.ts'
import { startRawUpstream } from '../support/raw.ts'
import { assertNothingArrived, assertRefused, bothWays, lines } from '../support/requests.ts'

const issuer = await createIssuer()

/** `/api` is for members, everything else is open and goes elsewhere. */
async function startSplit(t: TestContext) {
  const members = await startRawUpstream(t)
  const open = await startRawUpstream(t)
  const gateway = await startGateway(t, {
    'routes/api.yaml': `match: { path: /api }\nv1: { url: "${members.url}" }\npolicy: members\n`,
    'routes/rest.yaml': `match: { path: / }\nv1: { url: "${open.url}" }\npolicy: open\n`,
    'policies/open.yaml': 'auth: public\n',
    'policies/members.yaml': `auth: { issuer: "${config.issuer}", audience: "${config.audience}", jwksFile: jwks.json }\n`,
    'jwks.json': JSON.stringify(issuer.jwks),
  })
  return { members, open, gateway }
}

const spellings = ['/%61pi/x', '/%61%70%69/x', '/a%70i/x', '/ap%69']

for (const [way, request] of bothWays) {
  test(`B2: ${way} for an encoded spelling of a protected path needs its token`, async t => {
    const { members, open, gateway } = await startSplit(t)
    for (const target of spellings) {
      await assertRefused(gateway.port, request(target), 401, 'unauthenticated')
    }
    assert.equal(members.connections(), 0)
    await assertNothingArrived(gateway.port, open)
  })

  test(`B2: ${way} reaches the upstream by its canonical path, in the log too`, async t => {
    const { members, open, gateway } = await startSplit(t)
    const token = await issuer.sign()
    const client = openRaw(
      t,
      gateway.port,
      request('/%61pi/x%2ay/%7Eme?q=%61', lines(`authorization: Bearer ${token}`)),
    )
    await client.until('\r\n\r\nok')
    assert.match(members.received(), /^GET \/api\/x%2Ay\/~me\?q=%61 HTTP\/1\.1\r\n/)
    assert.equal(open.connections(), 0)
    await client.ended()
    const logged = gateway.logLines.map(line => JSON.parse(line)).find(line => line.path)
    assert.equal(logged.path, '/api/x%2Ay/~me')
    assert.equal(logged.route, 'api')
  })
}
