import assert from 'node:assert/strict'
import { connect as connectPlain } from 'node:net'
import { test } from 'node:test'
import { connect } from 'node:tls'
import { makeCertificate } from '../support/certificates.ts'
import { converse, openRaw, startScriptedUpstream } from '../support/conversation.ts'
import {
  oneRoute,
  processWith,
  startGateway,
  testProcess,
  upstreamClients,
} from '../support/gateway.ts'
import { parseAnswer, startRawUpstream } from '../support/raw.ts'
import { keptRequest, lines, plainRequest, upgradeRequest } from '../support/requests.ts'

const names = ['__proto__', 'constructor', 'toString', 'hasOwnProperty', '__defineGetter__']
const odd = names.map(name => `${name}: 1`)
const all = new RegExp(names.map(name => `(?=[\\s\\S]*\r\n${name}: 1\r\n)`).join(''), 'i')

for (const client of upstreamClients) {
  test(`B26 (${client}): headers with the names of object properties are headers`, async t => {
    const upstream = await startScriptedUpstream(t)
    const gateway = await startGateway(t, {
      ...oneRoute({ v1: upstream.url, v2: upstream.url }),
      'switchback.yaml': processWith(client),
    })
    const headers = lines(...odd, 'cookie: __proto__=1; constructor=2', 'x-user-id: __proto__')
    const caller = openRaw(t, gateway.port, keptRequest('/__proto__?constructor=1', headers))
    const served = await upstream.accept()
    assert.match(await served.until('\r\n\r\n'), all)
    served.send(`HTTP/1.1 200 OK\r\ncontent-length: 2\r\n${lines(...odd)}\r\nok`)
    assert.match(await caller.until('\r\n\r\nok'), all)
  })
}

test('B26: the same on an upgrade', async t => {
  const upstream = await startRawUpstream(t)
  const gateway = await startGateway(t, oneRoute({ v1: upstream.url }))
  await openRaw(t, gateway.port, upgradeRequest('/', lines(...odd))).until('\r\n\r\nok')
  assert.match(upstream.received(), all)
})

test('B26: an odd SNI, or no TLS at all, breaks nothing', async t => {
  const upstream = await startRawUpstream(t)
  const { cert, key } = await makeCertificate({ commonName: 'gateway', altNames: ['127.0.0.1'] })
  const gateway = await startGateway(t, {
    ...oneRoute({ v1: upstream.url }),
    'switchback.yaml': testProcess.replace(
      'port: 0 }\nadmin',
      'port: 0, tls: { certFile: cert.pem, keyFile: key.pem } }\nadmin',
    ),
    'cert.pem': cert,
    'key.pem': key,
  })
  for (const servername of [
    '',
    '__proto__',
    'constructor',
    'a..b',
    '.',
    '*.example.com',
    'xn--',
    'a b',
    '../../etc/passwd',
    'ex\x1bample',
    `${'a'.repeat(63)}.`.repeat(3),
    'a'.repeat(255),
  ]) {
    const socket = connect({ port: gateway.port, host: '127.0.0.1', ca: cert, servername })
    socket.on('secureConnect', () => {})
    const caller = converse(socket)
    caller.send(plainRequest('/'))
    // The certificate may not fit the name, which is for the client to judge; this one does not.
    const text = await caller.ended()
    if (text !== '') assert.equal(parseAnswer(text).status, 200)
  }
  for (const garbage of [
    'GET / HTTP/1.1\r\nHost: a\r\n\r\n',
    '\x16\x03\x01\xff\xff',
    '\0'.repeat(600),
  ]) {
    const socket = connectPlain(gateway.port, '127.0.0.1')
    socket.on('error', () => {})
    socket.end(Buffer.from(garbage, 'latin1')).resume()
    await new Promise(resolve => socket.on('close', resolve))
  }
  const caller = converse(connect({ port: gateway.port, host: '127.0.0.1', ca: cert }))
  caller.send(plainRequest('/'))
  assert.equal(parseAnswer(await caller.ended()).status, 200)
})
