import assert from 'node:assert/strict'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { type TestContext, test } from 'node:test'
import { createServer } from 'node:tls'
import { type Certificate, makeAuthority, makeCertificate } from '../support/certificates.ts'
import { openRaw } from '../support/conversation.ts'
import { processWith, startGateway, upstreamClients } from '../support/gateway.ts'
import { okAnswer } from '../support/raw.ts'
import { assertRefused, plainRequest, upgradeRequest } from '../support/requests.ts'

const authority = await makeAuthority('test authority')
const name = { commonName: 'backend', altNames: ['127.0.0.1'] }
const good = await makeCertificate({ ...name, ca: authority })
const bad = {
  'self-signed': await makeCertificate(name),
  'of an unknown authority': await makeCertificate({ ...name, ca: await makeAuthority('other') }),
  expired: await makeCertificate({
    ...name,
    ca: authority,
    notAfter: new Date(Date.now() - 60_000),
  }),
  'for another name': await makeCertificate({
    commonName: '127.0.0.1',
    altNames: ['elsewhere.example'],
    ca: authority,
  }),
}

/** Records every decrypted byte and answers with `okAnswer`. */
async function startTlsUpstream(t: TestContext, { cert, key }: Certificate) {
  let received = ''
  const server = createServer({ cert, key }, socket => {
    socket.on('error', () => {})
    socket.on('data', chunk => {
      received += chunk.toString('latin1')
      if (received.includes('\r\n\r\n')) socket.write(okAnswer)
    })
  })
  server.on('tlsClientError', () => {})
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.after(() => server.close())
  const { port } = server.address() as AddressInfo
  return { url: `https://127.0.0.1:${port}`, received: () => received }
}

const files = (client: (typeof upstreamClients)[number], url: string) => ({
  'switchback.yaml': processWith(client),
  'routes/main.yaml': `match: { path: / }\nv1: { url: "${url}", tls: { caFile: ca.pem } }\npolicy: open\n`,
  'policies/open.yaml': 'auth: public\n',
  'ca.pem': authority.cert,
})
const post = `${plainRequest('/', 'content-length: 6\r\n', 'POST')}secret`

for (const client of upstreamClients) {
  for (const [what, certificate] of Object.entries(bad)) {
    test(`B25 (${client}): an upstream certificate ${what} is answered 502 and sent no byte`, async t => {
      const upstream = await startTlsUpstream(t, certificate)
      const gateway = await startGateway(t, files(client, upstream.url))
      await assertRefused(gateway.port, post, 502, 'upstream-tls')
      await assertRefused(gateway.port, plainRequest('/'), 502, 'upstream-tls')
      await assertRefused(gateway.port, upgradeRequest('/'), 502, 'upstream-tls')
      assert.equal(upstream.received(), '')
    })
  }

  test(`B25 (${client}): an upstream with a good certificate is served`, async t => {
    const upstream = await startTlsUpstream(t, good)
    const gateway = await startGateway(t, files(client, upstream.url))
    await openRaw(t, gateway.port, post).until('\r\n\r\nok')
    assert.match(upstream.received(), /^POST \/ HTTP\/1\.1\r\n[\s\S]*secret$/)
  })
}
