import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import type { SecurityReport } from '../../src/security/event.ts'
import { eventually } from '../fleet/eventually.ts'
import { makeCertificate } from '../support/certificates.ts'
import { openRaw } from '../support/conversation.ts'
import { oneRoute, startGateway } from '../support/gateway.ts'
import { startRawUpstream } from '../support/raw.ts'
import { plainRequest } from '../support/requests.ts'
import { onePair, processWithTls, shownTo } from '../support/tls.ts'

const { cert, key } = await makeCertificate({ commonName: 'gateway', altNames: ['a.test'] })

async function start(t: TestContext, events: string, process = '') {
  const { url } = await startRawUpstream(t)
  const gateway = await startGateway(t, {
    ...oneRoute({ v1: url }),
    'cert.pem': cert,
    'key.pem': key,
    'switchback.yaml': processWithTls(onePair, `security: { events: { ${events} } }\n${process}`),
  })
  const lasting = () =>
    eventually(async () => {
      const answer = await fetch(`${gateway.adminUrl}/security`)
      const report = (await answer.json()) as SecurityReport
      return report.lasting.length > 0 && report.lasting
    })
  return { gateway, lasting }
}

test('handshakes that fail by the client are an event, with its address', async t => {
  const { gateway, lasting } = await start(
    t,
    'tls-handshake-flood: { perClient: 6, inAll: 6 }, slow-clients: { perClient: 1, inAll: 1 }',
  )
  // Not held against anybody: a look at the port, and a client that does not believe us.
  for (let i = 0; i < 6; i++) {
    const look = openRaw(t, gateway.port)
    look.socket.end()
    await look.ended()
    await shownTo(t, gateway.port, { rejectUnauthorized: true })
  }
  for (let i = 0; i < 3; i++) {
    await openRaw(t, gateway.port, plainRequest('/')).ended()
    await shownTo(t, gateway.port, { maxVersion: 'TLSv1.2' })
  }
  assert.deepEqual(
    (await lasting()).map(({ kind, client, refusals }) => [kind, client, refusals]),
    [['tls-handshake-flood', '127.0.0.1', 6]],
  )
})

test('one that takes too long is a slow client', async t => {
  const { gateway, lasting } = await start(
    t,
    'slow-clients: { perClient: 2, inAll: 2 }',
    'limits: { headersTimeoutMs: 200 }\n',
  )
  await Promise.all([openRaw(t, gateway.port).ended(), openRaw(t, gateway.port).ended()])
  assert.deepEqual(
    (await lasting()).map(({ kind, client, refusals }) => [kind, client, refusals]),
    [['slow-clients', '127.0.0.1', 2]],
  )
})
