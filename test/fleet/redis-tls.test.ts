import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { getCACertificates, setDefaultCACertificates } from 'node:tls'
import { systemClock } from '../../src/clock.ts'
import { createRedisStore } from '../../src/fleet/stores/redis-store.ts'
import { type Certificate, makeAuthority, makeCertificate } from '../support/certificates.ts'
import { freePort } from '../support/free-port.ts'
import { startRedis } from '../support/redis-server.ts'
import { latch } from './store-states.ts'

const authority = await makeAuthority('the fleet')

async function tlsRedis(t: TestContext, { cert, key }: Certificate): Promise<number> {
  const dir = await mkdtemp(join(tmpdir(), 'switchback-redis-tls-'))
  t.after(() => rm(dir, { recursive: true }))
  await writeFile(join(dir, 'cert.pem'), cert)
  await writeFile(join(dir, 'key.pem'), key)
  const port = await freePort()
  const files = [`tls-cert-file ${dir}/cert.pem`, `tls-key-file ${dir}/key.pem`]
  await startRedis(t, [`tls-port ${port}`, 'tls-auth-clients no', ...files])
  return port
}

function open(t: TestContext, port: number) {
  const url = `rediss://127.0.0.1:${port}`
  const store = createRedisStore({ url, prefix: 'p', timeoutMs: 2000, clock: systemClock })
  t.after(() => store.close())
  return store
}

test('rediss speaks TLS to a Redis whose certificate is trusted', async t => {
  const before = getCACertificates('default')
  setDefaultCACertificates([...before, authority.cert])
  t.after(() => setDefaultCACertificates(before))
  const names = { commonName: 'redis', ca: authority }
  const good = await makeCertificate({ ...names, altNames: ['127.0.0.1'] })
  const store = open(t, await tlsRedis(t, good))
  assert.deepEqual(await store.putLatch(latch()), latch())

  const another = await makeCertificate({ ...names, altNames: ['redis.example'] })
  const misnamed = open(t, await tlsRedis(t, another))
  await assert.rejects(misnamed.putLatch(latch()), /does not match certificate's altnames/)
})

test('rediss sends nothing to a Redis whose certificate is not trusted', async t => {
  const certificate = await makeCertificate({
    commonName: 'redis',
    altNames: ['127.0.0.1'],
    ca: authority,
  })
  const store = open(t, await tlsRedis(t, certificate))
  await assert.rejects(store.putLatch(latch()), /unable to verify the first certificate/)
})
