import assert from 'node:assert/strict'
import { once } from 'node:events'
import { request } from 'node:https'
import { connect, type Socket } from 'node:net'
import { test } from 'node:test'
import { makeCertificate } from '../support/certificates.ts'
import { oneRoute, startGateway } from '../support/gateway.ts'
import { entryOf } from './operators.ts'

const { cert, key } = await makeCertificate({ commonName: 'admin.test' })

test('whoever opens all connections to the admin listener leaves some for the others, and gets theirs back', async t => {
  const admin = JSON.stringify({
    ...{ host: '::ffff:127.0.0.1', port: 0, tokens: [entryOf('anna', 'operator')] },
    tls: { certFile: 'cert.pem', keyFile: 'key.pem' },
  })
  const { adminPort } = await startGateway(t, {
    ...oneRoute({ v1: 'http://127.0.0.1:1' }),
    ...{ 'cert.pem': cert, 'key.pem': key },
    'switchback.yaml': `listen: { host: 127.0.0.1, port: 0 }\nadmin: ${admin}\ndrain: { lingerMs: 0 }\n`,
  })
  const health = async (localAddress: string): Promise<number> => {
    const at = { host: '127.0.0.1', port: adminPort, path: '/health', localAddress }
    const asking = request({ ...at, rejectUnauthorized: false, agent: false })
    asking.end()
    const [answer] = await once(asking, 'response')
    return answer.resume().statusCode
  }
  const held: Socket[] = []
  t.after(() => {
    for (const socket of held) socket.destroy()
  })
  for (let n = 0; n < 300; n++) {
    const socket = connect({ host: '127.0.0.1', port: adminPort })
    socket.on('error', () => {})
    held.push(socket)
    await once(socket, 'connect')
  }
  assert.equal(await health('127.0.0.2'), 200)
  await assert.rejects(health('127.0.0.1'))
  const gone = held.map(socket => (socket.closed ? null : once(socket, 'close')))
  for (const socket of held) socket.destroy()
  await Promise.all(gone)
  while ((await health('127.0.0.1').catch(() => 0)) !== 200);
})
