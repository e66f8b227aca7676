import assert from 'node:assert/strict'
import { once } from 'node:events'
import { type TestContext, test } from 'node:test'
import { configDir, faultLines } from '../config/config-dir.ts'
import { makeCertificate } from '../support/certificates.ts'
import { oneRoute, type TestGateway } from '../support/gateway.ts'
import { connectHttp2, startHttp2Gateway } from '../support/http2.ts'
import { startRawUpstream } from '../support/raw.ts'
import { plainRequest, upgradeAnswer, upgradeRequest } from '../support/requests.ts'
import { commonName, converseTls, onePair, openTls, processWithTls } from '../support/tls.ts'

/** What a client gets that offers these; false for none. */
async function agreed(t: TestContext, { port }: TestGateway, offered: string[]) {
  const socket = openTls(t, port, { ALPNProtocols: offered })
  await once(socket, 'secureConnect')
  socket.destroy()
  return socket.alpnProtocol
}

test('HTTP/2 is spoken with whoever offers it, HTTP/1.1 with everybody else', async t => {
  const v1 = await startRawUpstream(t)
  const gateway = await startHttp2Gateway(t, oneRoute({ v1: v1.url }))
  assert.equal(await agreed(t, gateway, ['http/1.1', 'h2']), 'h2')
  assert.equal(await agreed(t, gateway, ['h2']), 'h2')
  assert.equal(await agreed(t, gateway, ['http/1.1']), 'http/1.1')
  const nothing = converseTls(t, gateway.port)
  nothing.send(plainRequest('/'))
  assert.match(await nothing.ended(), /^HTTP\/1\.1 200 /)
  // RFC 7301 section 3.2: nothing in common is said so, and not guessed away.
  await assert.rejects(agreed(t, gateway, ['spdy/3']), /no_application_protocol|no application/)
})

test('with `http2: false` there is HTTP/1.1 alone', async t => {
  const v1 = await startRawUpstream(t)
  const files = oneRoute({ v1: v1.url })
  const process = processWithTls(onePair).replace(' } }', ' }, http2: false }')
  const gateway = await startHttp2Gateway(t, { ...files, 'switchback.yaml': process })
  assert.equal(await agreed(t, gateway, ['h2', 'http/1.1']), 'http/1.1')
})

test('`http2: true` without TLS is refused, since nobody would get it', async t => {
  const listen = (fields: string) =>
    configDir(t, { 'switchback.yaml': `listen: { port: 0${fields} }\n` })
  assert.deepEqual(await faultLines(await listen(', http2: true')), [
    'switchback.yaml:1:27 listen.http2 must be false or absent without listen.tls, since HTTP/2 is spoken over TLS only, received true',
  ])
  assert.deepEqual(await faultLines(await listen(', http2: false')), [])
  assert.deepEqual(await faultLines(await listen('')), [])
})

test('WebSockets go on over HTTP/1.1 beside it', async t => {
  const v1 = await startRawUpstream(t, socket => {
    socket.once('data', () => socket.write(upgradeAnswer))
  })
  const gateway = await startHttp2Gateway(t, oneRoute({ v1: v1.url }))
  const socket = openTls(t, gateway.port, { ALPNProtocols: ['http/1.1'] })
  socket.write(upgradeRequest('/'))
  const [head] = await once(socket, 'data')
  assert.match(String(head), /^HTTP\/1\.1 101 /)
})

test('a renewed certificate is shown to the next connection, and a session goes on with the old one', async t => {
  const v1 = await startRawUpstream(t)
  const gateway = await startHttp2Gateway(t, oneRoute({ v1: v1.url }))
  const { ask } = await connectHttp2(t, gateway)
  const next = await makeCertificate({ commonName: 'renewed', altNames: ['shop.test'] })
  await gateway.edit({ 'cert.pem': next.cert, 'key.pem': next.key })
  await gateway.reload()
  const socket = openTls(t, gateway.port, { ALPNProtocols: ['h2'] })
  await once(socket, 'secureConnect')
  assert.equal(commonName(socket), 'renewed')
  assert.equal((await ask({})).status, 200)
})
