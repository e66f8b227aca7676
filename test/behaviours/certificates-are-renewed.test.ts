import assert from 'node:assert/strict'
import { mkdir, rename, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { type Certificate, makeCertificate } from '../support/certificates.ts'
import { configDir, oneRoute, startGateway } from '../support/gateway.ts'
import { startRawUpstream } from '../support/raw.ts'
import { keptRequest, plainRequest } from '../support/requests.ts'
import { converseTls, onePair, processWithTls, shownTo } from '../support/tls.ts'

const first = await makeCertificate({ commonName: 'first', altNames: ['a.test'] })
const second = await makeCertificate({ commonName: 'second', altNames: ['a.test'] })

/** Puts a pair behind the link `live`, as Kubernetes does: a new directory, then a link swapped by rename. */
async function publish(dir: string, name: string, { cert, key }: Certificate): Promise<void> {
  const versioned = join(dir, name)
  await mkdir(versioned)
  await writeFile(join(versioned, 'tls.crt'), cert)
  await writeFile(join(versioned, 'tls.key'), key)
  await symlink(versioned, join(dir, 'live.new'))
  await rename(join(dir, 'live.new'), join(dir, 'live'))
}

/** Asks over connections that stay and over new ones until told to stop; what was not answered 200 is lost. */
function stream(t: TestContext, port: number) {
  let stopped = false
  const lost: string[] = []
  let answered = 0
  async function kept(): Promise<void> {
    const caller = converseTls(t, port)
    while (!stopped) {
      const answer = await caller.ask(keptRequest('/')).catch(error => ({ status: String(error) }))
      if (answer.status === 200) answered++
      else return void lost.push(`on a kept connection: ${answer.status}`)
    }
  }
  async function anew(): Promise<void> {
    while (!stopped) {
      const caller = converseTls(t, port)
      caller.send(plainRequest('/'))
      const text = await caller.ended()
      if (text.startsWith('HTTP/1.1 200 ')) answered++
      else lost.push(`on a new connection: ${JSON.stringify(text)}`)
    }
  }
  const all = [kept(), kept(), anew(), anew()]
  return {
    lost,
    answered: () => answered,
    async stop() {
      stopped = true
      await Promise.all(all)
    },
  }
}

test('a certificate swapped on disk is shown to the next connection, and none is lost', async t => {
  const { url } = await startRawUpstream(t)
  const mounted = await configDir(t, {})
  await publish(mounted, 'v1', first)
  const gateway = await startGateway(t, {
    ...oneRoute({ v1: url }),
    'switchback.yaml': processWithTls(
      `certFile: ${mounted}/live/tls.crt, keyFile: ${mounted}/live/tls.key`,
    ),
  })
  const before = converseTls(t, gateway.port)
  assert.equal((await before.ask(keptRequest('/'))).status, 200)
  const traffic = stream(t, gateway.port)
  assert.equal(await shownTo(t, gateway.port), 'first')
  await publish(mounted, 'v2', second)
  while ((await shownTo(t, gateway.port)) !== 'second');
  const seen = traffic.answered()
  while (traffic.answered() < seen + 50 && traffic.lost.length === 0)
    await new Promise(resolve => setImmediate(resolve))
  await traffic.stop()
  assert.deepEqual(traffic.lost, [])
  // Whoever was there stays, with what it was shown.
  assert.equal((await before.ask(keptRequest('/'))).status, 200)
})

test('a replacement that is no good is refused with file and rule, and the one before stays', async t => {
  const { url } = await startRawUpstream(t)
  const gateway = await startGateway(t, {
    ...oneRoute({ v1: url }),
    'cert.pem': first.cert,
    'key.pem': first.key,
    'switchback.yaml': processWithTls(onePair),
  })
  for (const [files, field] of [
    [{ 'key.pem': second.key }, 'listen.tls.keyFile'],
    [{ 'cert.pem': 'no certificate' }, 'listen.tls.certFile'],
  ] as const) {
    await gateway.edit(files)
    const { result, faults } = await gateway.reload()
    assert.deepEqual(
      [result, faults[0]?.file, faults[0]?.field],
      ['refused', 'switchback.yaml', field],
    )
    assert.equal(await shownTo(t, gateway.port), 'first')
    assert.equal(await gateway.metric('switchback_config_last_reload_successful'), 0)
  }
  await gateway.edit({ 'cert.pem': second.cert, 'key.pem': second.key })
  assert.notEqual((await gateway.reload()).result, 'refused')
  assert.equal(await shownTo(t, gateway.port), 'second')
})

test('certificates come and go while the gateway runs', async t => {
  const { url } = await startRawUpstream(t)
  const list = (more: string) =>
    processWithTls(`certificates: [{ certFile: cert.pem, keyFile: key.pem }${more}]`)
  const gateway = await startGateway(t, {
    ...oneRoute({ v1: url }),
    'cert.pem': first.cert,
    'key.pem': first.key,
    'new.pem': second.cert,
    'new.key': second.key,
    'switchback.yaml': list(''),
  })
  const servername = 'new.test'
  const more = ', { certFile: new.pem, keyFile: new.key, names: [new.test] }'
  for (const [text, shown] of [
    [list(more), 'second'],
    [list(''), 'first'],
  ] as const) {
    await gateway.edit({ 'switchback.yaml': text })
    assert.notEqual((await gateway.reload()).result, 'refused')
    assert.equal(await shownTo(t, gateway.port, { servername }), shown)
  }
  assert.ok(!gateway.logLines.some(line => line.includes('takes effect at the next start')))
})

test('operators are warned before a certificate expires', async t => {
  const { url } = await startRawUpstream(t)
  const expires = new Date(Math.floor(Date.now() / 1000) * 1000 + 3 * 86_400_000)
  const short = await makeCertificate({
    commonName: 'short',
    altNames: ['s.test'],
    notAfter: expires,
  })
  const gateway = await startGateway(t, {
    ...oneRoute({ v1: url }),
    'cert.pem': short.cert,
    'key.pem': short.key,
    'switchback.yaml': processWithTls(onePair),
  })
  const file = join(gateway.dir, 'cert.pem')
  const told = () =>
    gateway.logLines
      .map(line => JSON.parse(line))
      .filter(({ event }) => String(event).startsWith('certificate-'))
      .map(({ level, event, file, names, expires }) => ({ level, event, file, names, expires }))
  const warning = {
    level: 'warn',
    event: 'certificate-expiring',
    file,
    names: ['s.test'],
    expires: expires.toISOString(),
  }
  assert.deepEqual(told(), [warning])
  const metric = `switchback_certificate_expiry_timestamp_seconds{file="${file}"}`
  assert.equal(await gateway.metric(metric), expires.getTime() / 1000)
  const status = await (await fetch(`${gateway.adminUrl}/status`)).json()
  assert.deepEqual((status as { certificates: unknown }).certificates, [
    {
      shownTo: 'clients',
      file,
      names: ['s.test'],
      expiresAt: expires.getTime(),
      state: 'expiring',
    },
  ])
  // Another reload is no reason to say it again.
  await gateway.edit(oneRoute({ v1: url, path: '/elsewhere' }))
  assert.notEqual((await gateway.reload()).result, 'refused')
  assert.deepEqual(told(), [warning])
})
