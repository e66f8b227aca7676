import assert from 'node:assert/strict'
import { test } from 'node:test'
import { oneRoute, startGateway } from '../support/gateway.ts'
import { createClient, startLoad, startUpstream } from '../support/http.ts'
import { okAnswer, startRawUpstream } from '../support/raw.ts'

test('three mistakes in two files change nothing and are told one by one; mending them swaps without a lost request', async t => {
  const before = await startUpstream(t, 'before')
  const after = await startUpstream(t, 'after')
  const gateway = await startGateway(t, oneRoute({ v1: before.url }))
  const get = createClient(t)
  const load = startLoad(t, () => get(`${gateway.url}/`))
  await load.more(100)

  await gateway.edit({
    'routes/main.yaml': `match: { path: / }\nv1: { url: "${after.url}", hostheader: preserve }\npolicy: opne\n`,
    'policies/open.yaml': 'auth: public\nmaxBodyBytes: lots\n',
  })
  const refused = await gateway.reload()
  assert.equal(refused.result, 'refused')
  const { faults, version } = (await (await fetch(`${gateway.adminUrl}/config`)).json()) as {
    version: string
    faults: { file: string; line: number; field: string; hint?: string }[]
  }
  assert.deepEqual(
    faults.map(({ file, line, field }) => `${file}:${line} ${field}`),
    [
      'policies/open.yaml:2 maxBodyBytes',
      'routes/main.yaml:2 v1.hostheader',
      'routes/main.yaml:3 policy',
    ],
  )
  assert.equal(version, gateway.version())
  assert.equal(await gateway.metric('switchback_config_last_reload_successful'), 0)
  await load.more(100)
  assert.equal(after.count(), 0)

  await gateway.edit({
    'routes/main.yaml': `match: { path: / }\nv1: { url: "${after.url}" }\npolicy: open\n`,
    'policies/open.yaml': 'auth: public\nmaxBodyBytes: 1000\n',
  })
  await gateway.reload()
  assert.notEqual(gateway.version(), version)
  assert.equal(await gateway.metric('switchback_config_last_reload_successful'), 1)
  await load.more(100)
  await load.stop()
  assert.ok(after.count() > 0)
  assert.equal((await get(`${gateway.url}/`)).body, 'after')
  assert.deepEqual(load.failures, [])
})

test('an edit is noticed without being told', async t => {
  const v1 = await startUpstream(t, 'before')
  const next = await startUpstream(t, 'after')
  const gateway = await startGateway(t, oneRoute({ v1: v1.url }))
  const get = createClient(t)
  await gateway.edit({
    'routes/main.yaml': `match: { path: / }\nv1: { url: "${next.url}" }\npolicy: open\n`,
  })
  // Asks until the answer changes; the runner's time limit is the only clock.
  while ((await get(`${gateway.url}/`)).body !== 'after') await new Promise(setImmediate)
})

test('a request keeps the configuration that it started with', async t => {
  const held = Promise.withResolvers<() => void>()
  const slow = await startUpstream(t, 'slow', (_request, response) =>
    held.resolve(() => response.end('slow')),
  )
  const next = await startUpstream(t, 'next')
  const gateway = await startGateway(t, oneRoute({ v1: slow.url }))
  const get = createClient(t)
  const early = get(`${gateway.url}/`)
  const release = await held.promise
  await gateway.edit({
    'routes/main.yaml': `match: { path: / }\nv1: { url: "${next.url}" }\npolicy: open\n`,
  })
  assert.notEqual((await gateway.reload()).result, 'refused')
  assert.equal((await get(`${gateway.url}/`)).body, 'next')
  release()
  assert.equal((await early).body, 'slow')
})

test('a request may still try again at an origin that a reload has taken away meanwhile', async t => {
  const asked = Promise.withResolvers<() => void>()
  let connections = 0
  const leaving = await startRawUpstream(t, socket => {
    connections++
    const first = connections === 1
    socket.once('data', () => {
      if (first) asked.resolve(() => socket.destroy())
      else socket.write(okAnswer)
    })
  })
  const next = await startUpstream(t, 'next')
  const gateway = await startGateway(t, oneRoute({ v1: leaving.url }))
  const get = createClient(t)
  const early = get(`${gateway.url}/`)
  const fail = await asked.promise
  await gateway.edit({
    'routes/main.yaml': `match: { path: / }\nv1: { url: "${next.url}" }\npolicy: open\n`,
  })
  assert.notEqual((await gateway.reload()).result, 'refused')
  fail()
  assert.deepEqual([(await early).status, (await early).body], [200, 'ok'])
  assert.equal(connections, 2)
})
