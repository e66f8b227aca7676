import assert from 'node:assert/strict'
import { test } from 'node:test'
import { config, createIssuer } from '../identity/issuer.ts'
import { openRaw, startScriptedUpstream } from '../support/conversation.ts'
import { oneRoute, startGateway } from '../support/gateway.ts'
import { assertRefused, lines, upgradeAnswer, upgradeRequest } from '../support/requests.ts'

const issuer = await createIssuer()
const stranger = await createIssuer()

const policy = `
origins: ["https://app.example.com"]
`

test('B4: an upgrade without a good token or Origin is refused before any upstream socket', async t => {
  const upstream = await startScriptedUpstream(t)
  const gateway = await startGateway(t, {
    ...oneRoute({ v1: upstream.url }),
    'policies/open.yaml': `auth: { issuer: "${config.issuer}", audience: "${config.audience}", jwksFile: jwks.json }${policy}`,
    'jwks.json': JSON.stringify(issuer.jwks),
  })
  const good = `authorization: Bearer ${await issuer.sign()}`
  const forged = `authorization: Bearer ${await stranger.sign()}`
  const home = 'origin: https://app.example.com'
  const refuses = (status: number, code: Parameters<typeof assertRefused>[3], ...more: string[]) =>
    assertRefused(gateway.port, upgradeRequest('/', lines(...more)), status, code)

  await refuses(401, 'unauthenticated', home)
  await refuses(401, 'unauthenticated', home, forged)
  await refuses(401, 'unauthenticated', home, 'authorization: Basic dXNlcjpwYXNz')
  await refuses(400, 'ambiguous-header', home, good, good)
  await refuses(403, 'origin-refused', good)
  await refuses(403, 'origin-refused', good, 'origin: https://evil.example')
  await refuses(403, 'origin-refused', good, 'origin: https://app.example.com.evil.example')
  await refuses(403, 'origin-refused', good, 'origin: null')
  await refuses(403, 'origin-refused', good, home, 'origin: https://evil.example')

  const client = openRaw(t, gateway.port, upgradeRequest('/', lines(home, good)))
  const served = await upstream.accept()
  await served.until('\r\n\r\n')
  served.send(upgradeAnswer)
  await client.until('101 Switching Protocols')
  assert.equal(upstream.connections(), 1)
})
