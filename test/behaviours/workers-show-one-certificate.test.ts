import assert from 'node:assert/strict'
import process from 'node:process'
import { test } from 'node:test'
import { makeCertificate } from '../support/certificates.ts'
import { oneRoute } from '../support/gateway.ts'
import { startGatewayProcess } from '../support/gateway-process.ts'
import { startRawUpstream } from '../support/raw.ts'
import { onePair, processWithTls, shownTo } from '../support/tls.ts'

const first = await makeCertificate({ commonName: 'first', altNames: ['a.test'] })
const second = await makeCertificate({ commonName: 'second', altNames: ['a.test'] })

test('every worker shows a renewed certificate, and one that starts while a file is broken too', async t => {
  const { url } = await startRawUpstream(t)
  const gateway = await startGatewayProcess(t, {
    ...oneRoute({ v1: url }),
    'cert.pem': first.cert,
    'key.pem': first.key,
    'switchback.yaml': processWithTls(onePair, 'workers: 2\nlog: { access: false }\n'),
  })
  const [pid] = await gateway.workerPids(2)
  /** What connections in turn are shown: more than one for each worker. */
  const shown = async () => {
    const names = []
    for (let times = 0; times < 8; times++) names.push(await shownTo(t, gateway.port))
    return [...new Set(names)]
  }
  assert.deepEqual(await shown(), ['first'])
  await gateway.edit({ 'cert.pem': second.cert, 'key.pem': second.key })
  await gateway.child.until(/"why":"file-change",.*"msg":"configuration applied"/)
  assert.deepEqual(await shown(), ['second'])

  await gateway.edit({ 'key.pem': 'no key' })
  await gateway.child.until(/listen\.tls\.keyFile must be a file with a PEM private key/)
  process.kill(pid as number, 'SIGKILL')
  await gateway.workerPids(3)
  assert.deepEqual(await shown(), ['second'])
})
