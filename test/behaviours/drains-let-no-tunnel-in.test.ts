import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { test } from 'node:test'
import { createIssuer } from '../identity/issuer.ts'
import { openRaw } from '../support/conversation.ts'
import { oneRoute, startGateway } from '../support/gateway.ts'
import { lines, upgradeAnswer, upgradeRequest } from '../support/requests.ts'

const handshakes = 64

/** An unmasked Close frame with status 1001. */
const goingAway = '\x88\x0c\x03\xe9going away'

test('B39: a handshake whose token is being checked when the gateway leaves opens no tunnel', async t => {
  const issuer = await createIssuer()
  const upstream = createServer().listen(0, '127.0.0.1')
  await once(upstream, 'listening')
  t.after(() => upstream.close())
  const first = Promise.withResolvers<void>()
  upstream.on('upgrade', (_request, socket) => {
    first.resolve()
    socket.on('error', () => {}).on('data', () => socket.end())
    socket.write(upgradeAnswer)
  })
  const gateway = await startGateway(t, {
    ...oneRoute({ v1: `http://127.0.0.1:${(upstream.address() as AddressInfo).port}` }),
    'policies/open.yaml':
      'auth: { issuer: https://idp.example.com, audience: api, jwksFile: keys.json, algorithms: [RS256] }\nwebsocket: { closeTimeoutMs: 100 }\n',
    'keys.json': JSON.stringify(issuer.jwks),
  })
  const exp = Math.floor(Date.now() / 1000) + 300
  const tokens = await Promise.all(
    Array.from({ length: handshakes }, (_, i) => issuer.sign({ exp, sub: `user-${i}` })),
  )
  const clients = tokens.map(token =>
    openRaw(t, gateway.port, upgradeRequest('/', lines(`authorization: Bearer ${token}`))),
  )
  await first.promise
  await gateway.close()
  const answers = await Promise.all(clients.map(client => client.ended()))
  for (const answer of answers) {
    const closed = answer.includes('HTTP/1.1 101') && answer.endsWith(goingAway)
    const refused = answer.startsWith('HTTP/1.1 503') && answer.includes('"draining"')
    assert.ok(closed || refused || answer === '', JSON.stringify(answer))
  }
})
