import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { readEvents } from '../admin/event-stream.ts'
import { bearing, entryOf, tokenOf } from '../admin/operators.ts'
import { makeAuthority, makeCertificate } from '../support/certificates.ts'
import { oneRoute, startGateway } from '../support/gateway.ts'
import { startUpstream } from '../support/http.ts'
import { careful, startWithBadV2 } from './bad-v2.ts'

const authority = await makeAuthority('operators.test')

test('a V2 that fails is seen on the stream: what the audit says, and its latch', async t => {
  const { start, fail } = await startWithBadV2(t)
  const gateway = await start()
  const stream = await readEvents(t, gateway.adminUrl)
  assert.deepEqual((await stream.next()).data, { machine: 'test', missed: false })
  fail()
  for (let i = 0; i < 15; i++) await gateway.get()
  const audit = await stream.nextOf('audit')
  assert.deepEqual([audit.data.event, audit.data.subject], ['latch-tripped', 'v2'])
  const latch = await stream.nextOf('latch')
  assert.deepEqual([latch.data.flag, latch.data.state], ['v2', 'tripped'])

  // Another reader that comes later and has had all of it sees what follows, and nothing twice.
  await gateway.operate('resume')
  const late = await readEvents(t, gateway.adminUrl, {
    headers: { 'last-event-id': latch.id },
  })
  assert.equal((await late.next()).data.missed, false)
  assert.equal((await late.nextOf('latch')).data.state, 'open')
})

test('a verdict that changes is told', async t => {
  const { start, fail } = await startWithBadV2(t, {
    policy: 'budgets: [{ signal: errors, max: 1%, dryRun: true }]',
  })
  const gateway = await start()
  const stream = await readEvents(t, gateway.adminUrl)
  fail()
  for (let i = 0; i < 30; i++) await gateway.get()
  const { data } = await stream.nextOf('verdict')
  assert.deepEqual([data.route, data.verdict, data.dryRun], ['main', 'breach', true])
})

test('a word of a person to a rollout is seen on the stream', async t => {
  const { start } = await startWithBadV2(t, {
    policy: `${careful}rollout: { approve: one-person, stages: [{ percent: 100, hold: 1h }] }\n`,
  })
  const gateway = await start()
  const stream = await readEvents(t, gateway.adminUrl)
  const pausing = await fetch(`${gateway.adminUrl}/rollouts/v2/pause`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ who: 'ada' }),
  })
  assert.equal(pausing.status, 200)
  // What was found when it was first looked at comes before it.
  for (let seen = await stream.nextOf('rollout'); seen.data.phase !== 'paused'; ) {
    seen = await stream.nextOf('rollout')
  }
})

test('files that are read anew are told, with their faults', async t => {
  const v1 = await startUpstream(t, 'v1')
  const files = oneRoute({ v1: v1.url })
  const gateway = await startGateway(t, files)
  const stream = await readEvents(t, gateway.adminUrl)
  const broken = { 'routes/main.yaml': `${files['routes/main.yaml']}\nnonsense: 1\n` }
  await gateway.edit(broken)
  await gateway.reload()
  const refused = (await stream.nextOf('config')).data
  assert.deepEqual([refused.result, refused.version], ['refused', gateway.version()])
  assert.match(refused.faults[0], /^routes\/main\.yaml:\d+:\d+ nonsense must be/)
  await gateway.edit({ 'routes/main.yaml': files['routes/main.yaml'] as string })
  await gateway.reload()
  assert.equal((await stream.nextOf('config')).data.result, 'unchanged')
})

/** Over TLS, with a token for each of these people. */
function processFor(...names: string[]): string {
  const tls = { certFile: 'tls/cert.pem', keyFile: 'tls/key.pem' }
  const tokens = names.map(name => entryOf(name, 'viewer'))
  const admin = JSON.stringify({ port: 0, tls, tokens })
  return `listen: { host: 127.0.0.1, port: 0 }\nadmin: ${admin}\ndrain: { lingerMs: 0 }\n`
}

async function startGuarded(t: TestContext) {
  const { cert, key } = await makeCertificate({
    commonName: 'gateway.test',
    altNames: ['127.0.0.1'],
    ca: authority,
  })
  const v1 = await startUpstream(t, 'v1')
  const gateway = await startGateway(t, {
    ...oneRoute({ v1: v1.url }),
    'switchback.yaml': processFor('anna', 'vera'),
    'tls/cert.pem': cert,
    'tls/key.pem': key,
  })
  const readAs = (name: string) =>
    readEvents(t, gateway.adminUrl, { ca: authority.cert, headers: bearing(tokenOf(name)) })
  return { gateway, readAs }
}

test('over TLS a stream ends with the token that is withdrawn, and no other does', async t => {
  const { gateway, readAs } = await startGuarded(t)
  const [anna, vera] = [await readAs('anna'), await readAs('vera')]
  await gateway.edit({ 'switchback.yaml': processFor('vera') })
  assert.notEqual((await gateway.reload()).result, 'refused')
  assert.equal(await anna.ended(), true)
  assert.equal((await vera.nextOf('config')).data.result, 'applied')
  assert.equal((await readAs('anna')).status, 401)
  const told = gateway.logLines.filter(line => line.includes('a stream of changes was ended'))
  assert.equal(told.length, 1)
  assert.match(told[0] as string, /"why":"refused"/)
})

test('a gateway that leaves ends its streams, and waits for none', async t => {
  const { gateway, readAs } = await startGuarded(t)
  const stream = await readAs('anna')
  await stream.next()
  await gateway.close()
  assert.equal(await stream.ended(), true)
})
