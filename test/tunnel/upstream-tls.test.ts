import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer as createHttpsServer } from 'node:https'
import { type TestContext, test } from 'node:test'
import WebSocket, { WebSocketServer } from 'ws'
import { makeAuthority, makeCertificate } from '../support/certificates.ts'
import { listen, rawClient, startGateway, startRawUpstream } from './gateway.ts'

const authority = await makeAuthority('test authority')

/** A WebSocket server over TLS that greets; `asked` tells whether an upgrade request got through. */
async function startTlsUpstream(t: TestContext, names: string[], options: { expired?: true } = {}) {
  const certificate = await makeCertificate({
    commonName: 'upstream',
    altNames: names,
    ca: authority,
    ...(options.expired ? { notAfter: new Date(Date.now() - 60_000) } : {}),
  })
  const server = createHttpsServer({ key: certificate.key, cert: certificate.cert })
  server.on('tlsClientError', () => {})
  const state = { asked: false }
  server.on('upgrade', () => {
    state.asked = true
  })
  new WebSocketServer({ server }).on('connection', socket => socket.send('hello'))
  const port = await listen(t, server)
  return { port, state }
}

test('a tunnel over TLS with a verified certificate works, by address and by name', async t => {
  for (const [names, serverName] of [
    [['127.0.0.1'], undefined],
    [['backend.internal'], 'backend.internal'],
  ] as const) {
    const { port } = await startTlsUpstream(t, [...names])
    const gateway = await startGateway(t, `https://127.0.0.1:${port}`, {
      upstream: { tls: { ca: authority.cert, ...(serverName ? { serverName } : {}) } },
    })
    const client = new WebSocket(`ws://127.0.0.1:${gateway.port}/`)
    const [data] = await once(client, 'message')
    assert.equal(String(data), 'hello')
    client.close(1000)
    assert.equal((await gateway.reported('close')).end.code, 1000)
  }
})

for (const [name, names, trusted, expired] of [
  ['from an unknown authority', ['127.0.0.1'], false, false],
  ['for another name', ['elsewhere.example'], true, false],
  ['that is out of date', ['127.0.0.1'], true, true],
] as const) {
  test(`a certificate ${name} is the fault tls-failed and the request is not sent`, async t => {
    const { port, state } = await startTlsUpstream(t, [...names], expired ? { expired } : {})
    const gateway = await startGateway(t, `https://127.0.0.1:${port}`, {
      upstream: trusted ? { tls: { ca: authority.cert } } : {},
    })
    rawClient(t, gateway.port)
    assert.equal((await gateway.reported('fault')).fault, 'tls-failed')
    assert.equal(state.asked, false)
  })
}

test('an upstream that never finishes the TLS handshake is the fault connect-timeout', async t => {
  const origin = await startRawUpstream(t, socket => socket.resume())
  const gateway = await startGateway(t, origin.replace('http:', 'https:'), {
    upstream: { connectTimeoutMs: 50 },
  })
  rawClient(t, gateway.port)
  assert.equal((await gateway.reported('fault')).fault, 'connect-timeout')
})

test('the switch by which Node trusts any certificate does not reach a tunnel', async t => {
  const { port, state } = await startTlsUpstream(t, ['127.0.0.1'])
  const before = process.env.NODE_TLS_REJECT_UNAUTHORIZED
  process.env.NODE_TLS_REJECT_UNAUTHORIZED = '0'
  t.after(() => {
    if (before === undefined) delete process.env.NODE_TLS_REJECT_UNAUTHORIZED
    else process.env.NODE_TLS_REJECT_UNAUTHORIZED = before
  })
  const gateway = await startGateway(t, `https://127.0.0.1:${port}`, { upstream: {} })
  rawClient(t, gateway.port)
  assert.equal((await gateway.reported('fault')).fault, 'tls-failed')
  assert.equal(state.asked, false)
})
