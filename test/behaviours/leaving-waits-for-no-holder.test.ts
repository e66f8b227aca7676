import { test } from 'node:test'
import { makeCertificate } from '../support/certificates.ts'
import { openRaw } from '../support/conversation.ts'
import { oneRoute, startGateway, testProcess } from '../support/gateway.ts'
import { startRawUpstream } from '../support/raw.ts'
import { upgradeRequest } from '../support/requests.ts'

/** Longer than any test run: whoever is waited for so long is waited for in vain. */
const forever = 3_600_000

test('a client that never begins its TLS handshake does not keep a gateway from leaving', async t => {
  const { cert, key } = await makeCertificate({ commonName: 'localhost' })
  const gateway = await startGateway(t, {
    ...oneRoute({ v1: 'http://127.0.0.1:1' }),
    'cert.pem': cert,
    'key.pem': key,
    'switchback.yaml': `
listen: { host: 127.0.0.1, port: 0, tls: { certFile: cert.pem, keyFile: key.pem } }
admin: { port: 0 }
limits: { headersTimeoutMs: ${forever} }
drain: { lingerMs: 0 }
`,
  })
  const client = openRaw(t, gateway.port)
  // The gateway knows a connection once it has refused a later one.
  await openRaw(t, gateway.port, 'no TLS\r\n\r\n').ended()
  await gateway.close()
  await client.ended()
})

test('a client that holds on to the connection of a refused handshake does not keep a gateway from leaving', async t => {
  const upstream = await startRawUpstream(t)
  const gateway = await startGateway(t, {
    ...oneRoute({ v1: upstream.url, policy: `websocket: { closeTimeoutMs: ${forever} }\n` }),
    'switchback.yaml': testProcess,
  })
  const client = openRaw(t, gateway.port, upgradeRequest('/'), { allowHalfOpen: true })
  await client.ended()
  await gateway.close()
})
