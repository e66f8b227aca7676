import assert from 'node:assert/strict'
import { once } from 'node:events'
import { test } from 'node:test'
import { makeCertificate } from '../support/certificates.ts'
import { oneRoute } from '../support/gateway.ts'
import { startGatewayProcess } from '../support/gateway-process.ts'
import { startUpstream } from '../support/http.ts'
import { connectHttp2 } from '../support/http2.ts'
import { onePair, processWithTls } from '../support/tls.ts'

test('workers that leave answer what is under way over HTTP/2, and add up what came over it', async t => {
  const held: (() => void)[] = []
  const v1 = await startUpstream(t, 'v1', (_incoming, response) => {
    response.flushHeaders()
    held.push(() => response.end('to the last byte'))
  })
  const { cert, key } = await makeCertificate({ commonName: 'gateway', altNames: ['shop.test'] })
  const gateway = await startGatewayProcess(t, {
    ...oneRoute({ v1: v1.url }),
    'cert.pem': cert,
    'key.pem': key,
    'switchback.yaml': processWithTls(onePair, 'workers: 2\nlog: { access: false }\n'),
  })
  await gateway.workerPids(2)
  // In turn: two for each worker.
  const clients = []
  for (let i = 0; i < 4; i++) clients.push(await connectHttp2(t, gateway))
  const answers = clients.map(({ ask }) => ask({}))
  while (held.length < 4) await new Promise(resolve => setImmediate(resolve))
  const metrics = await gateway.metrics()
  assert.equal(metrics.get('switchback_http2_sessions'), 4)
  assert.equal(metrics.get('switchback_http2_streams'), 4)
  const told = clients.map(({ session }) => once(session, 'goaway'))
  gateway.child.process.kill('SIGTERM')
  await Promise.all(told)
  for (const release of held) release()
  for (const { status, body, resetBy } of await Promise.all(answers)) {
    assert.deepEqual([status, body, resetBy], [200, 'to the last byte', 0])
  }
  assert.deepEqual(await gateway.child.exited, [0, null])
})
