import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import type { TLSSocket } from 'node:tls'
import { makeAuthority, makeCertificate } from '../support/certificates.ts'
import { oneRoute, startGateway } from '../support/gateway.ts'
import { startRawUpstream } from '../support/raw.ts'
import { keptRequest } from '../support/requests.ts'
import { converseTls, onePair, processWithTls } from '../support/tls.ts'

const server = await makeCertificate({ commonName: 'gateway', altNames: ['127.0.0.1'] })
const renewed = await makeCertificate({ commonName: 'renewed', altNames: ['127.0.0.1'] })
const authority = await makeAuthority('clients')
const client = await makeCertificate({ commonName: 'c', purpose: 'client', ca: authority })

async function start(t: TestContext, more: string) {
  const { url } = await startRawUpstream(t)
  return startGateway(t, {
    ...oneRoute({ v1: url }),
    'cert.pem': server.cert,
    'key.pem': server.key,
    'ca.pem': authority.cert,
    'switchback.yaml': processWithTls(onePair + more),
  })
}

/** Asks over a new connection; what it says of its session, and the last one that it was given. */
async function ask(t: TestContext, port: number, session?: Buffer) {
  const caller = converseTls(t, port, { ...client, ...(session && { session }) })
  const socket = caller.socket as TLSSocket
  let given: Buffer | undefined
  socket.on('session', each => {
    given = each
  })
  assert.equal((await caller.ask(keptRequest('/'))).status, 200)
  return { resumed: socket.isSessionReused(), session: given }
}

test('a session is resumed, until the certificate is renewed', async t => {
  const gateway = await start(t, '')
  const { session } = await ask(t, gateway.port)
  assert.equal((await ask(t, gateway.port, session)).resumed, true)
  await gateway.edit({ 'cert.pem': renewed.cert, 'key.pem': renewed.key })
  assert.notEqual((await gateway.reload()).result, 'refused')
  assert.equal((await ask(t, gateway.port, session)).resumed, false)
})

test('whoever must show a certificate shows it for each connection', async t => {
  for (const demand of ['require', 'request']) {
    const gateway = await start(t, `, clientCaFile: ca.pem, clientCertificates: ${demand}`)
    const { session } = await ask(t, gateway.port)
    assert.equal((await ask(t, gateway.port, session)).resumed, false)
  }
})
