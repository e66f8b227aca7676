import assert from 'node:assert/strict'
import { test } from 'node:test'
import { makeCertificate } from '../support/certificates.ts'
import { openRaw } from '../support/conversation.ts'
import { oneRoute, startGateway } from '../support/gateway.ts'
import { startRawUpstream } from '../support/raw.ts'
import { keptRequest, plainRequest } from '../support/requests.ts'
import { converseTls, onePair, openTls, processWithTls, shownTo } from '../support/tls.ts'

const { cert, key } = await makeCertificate({ commonName: 'gateway', altNames: ['a.test'] })

async function start(t: Parameters<typeof startGateway>[0], more = '', process = '') {
  const { url } = await startRawUpstream(t)
  return startGateway(t, {
    ...oneRoute({ v1: url }),
    'cert.pem': cert,
    'key.pem': key,
    'switchback.yaml': processWithTls(onePair + more, process),
  })
}

const failures = (reason: string) => `switchback_tls_handshake_failures_total{reason="${reason}"}`

test('only TLS 1.3 is spoken unless 1.2 is asked for', async t => {
  const modern = await start(t)
  const old = { maxVersion: 'TLSv1.2' } as const
  assert.equal(await shownTo(t, modern.port, old), 'ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION')
  assert.equal(await modern.metric(failures('version-refused')), 1)
  assert.equal(await shownTo(t, modern.port), 'gateway')

  const both = await start(t, ', minVersion: TLSv1.2')
  assert.equal(await shownTo(t, both.port, old), 'gateway')
  assert.equal(await shownTo(t, both.port), 'gateway')
})

test('TLS 1.2 comes with forward secrecy and authenticated encryption, or not at all', async t => {
  const gateway = await start(t, ', minVersion: TLSv1.2')
  const ask = (ciphers: string) => shownTo(t, gateway.port, { maxVersion: 'TLSv1.2', ciphers })
  assert.equal(await ask('ECDHE-ECDSA-CHACHA20-POLY1305'), 'gateway')
  for (const weak of ['AES128-SHA', 'AES128-GCM-SHA256', 'ECDHE-ECDSA-AES128-SHA256']) {
    assert.equal(await ask(weak), 'ERR_SSL_SSL/TLS_ALERT_HANDSHAKE_FAILURE', weak)
  }
  assert.equal(await gateway.metric(failures('no-shared-cipher')), 3)
})

test('a client cannot have the handshake done again', async t => {
  const gateway = await start(t, ', minVersion: TLSv1.2')
  const socket = openTls(t, gateway.port, { maxVersion: 'TLSv1.2' })
  await new Promise(resolve => socket.once('secureConnect', resolve))
  let again = false
  socket.renegotiate({}, error => {
    again = error === null
  })
  const answer = new Promise(resolve => socket.once('data', resolve))
  socket.write(keptRequest('/'))
  assert.match(String(await Promise.race([answer, closed(socket)])), /^(HTTP\/1\.1 200 |closed)/)
  assert.equal(again, false)
})

function closed(socket: NodeJS.EventEmitter): Promise<string> {
  return new Promise(resolve => {
    socket.once('error', () => resolve('closed'))
    socket.once('close', () => resolve('closed'))
  })
}

test('what is no handshake is counted by its reason and harms nobody', async t => {
  const gateway = await start(t, '', 'limits: { headersTimeoutMs: 300 }\n')
  const silent = openRaw(t, gateway.port)
  await openRaw(t, gateway.port, plainRequest('/')).ended()
  const gone = openRaw(t, gateway.port)
  gone.socket.end()
  await gone.ended()
  await shownTo(t, gateway.port, { rejectUnauthorized: true })
  await silent.ended()
  for (const reason of ['not-tls', 'too-slow']) {
    assert.equal(await gateway.metric(failures(reason)), 1, reason)
  }
  // A client that turns away says why or just goes; both is told apart, and there were two.
  const [refused, went] = [
    await gateway.metric(failures('refused-by-client')),
    await gateway.metric(failures('broken-off')),
  ]
  assert.equal(refused + went, 2)
  const caller = converseTls(t, gateway.port)
  caller.send(plainRequest('/'))
  assert.match(await caller.ended(), /^HTTP\/1\.1 200 /)
})
