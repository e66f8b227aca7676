import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { openRaw, startScriptedUpstream } from '../support/conversation.ts'
import { oneRoute, startGateway, testProcess } from '../support/gateway.ts'
import { createClient, startUpstream } from '../support/http.ts'
import { logged } from '../support/log-events.ts'
import { okAnswer, startRawUpstream } from '../support/raw.ts'
import { keptRequest, upgradeAnswer, upgradeRequest } from '../support/requests.ts'

const shedding = (lag: number) => ({
  'switchback.yaml': `${testProcess}shedding: { maxEventLoopLagMs: ${lag} }\n`,
})

/** Keeps the event loop, which is the gateway's too, from everything else for most of the time. */
function blockLoop(t: TestContext, blockMs: number) {
  let blocking = true
  const block = () => {
    if (!blocking) return
    const end = performance.now() + blockMs
    while (performance.now() < end);
    setImmediate(block)
  }
  block()
  const free = () => {
    blocking = false
  }
  t.after(free)
  return free
}

test('while its loop is late the gateway refuses requests, keeps what is open, and answers its probes', async t => {
  const v1 = await startUpstream(t, 'v1')
  const slow = await startScriptedUpstream(t)
  const sockets = await startRawUpstream(t, socket => {
    socket.once('data', () => {
      socket.write(upgradeAnswer)
      socket.on('data', chunk => socket.write(chunk))
    })
  })
  const gateway = await startGateway(t, {
    ...oneRoute({ v1: v1.url }),
    ...shedding(50),
    'routes/slow.yaml': `match: { path: /slow }\nv1: { url: "${slow.url}" }\npolicy: open\n`,
    'routes/ws.yaml': `match: { path: /ws }\nv1: { url: "${sockets.url}" }\npolicy: open\n`,
  })
  const get = createClient(t, 20)
  const ask = async () => (await get(gateway.url)).status
  assert.equal(await ask(), 200)

  const inFlight = openRaw(t, gateway.port, keptRequest('/slow'))
  const asked = await slow.accept()
  await asked.until('\r\n\r\n')
  const socket = openRaw(t, gateway.port, upgradeRequest('/ws'))
  await socket.until('101 Switching Protocols')

  const free = blockLoop(t, 110)
  await logged(gateway, 'shedding-began')
  // Somebody must ask, or there is nobody to refuse.
  const statuses = new Set<number>()
  while (!statuses.has(503)) {
    for (const each of await Promise.all(Array.from({ length: 20 }, ask))) statuses.add(each)
  }
  for (const probe of ['/health', '/ready']) {
    assert.equal((await get(`${gateway.adminUrl}${probe}`)).status, 200, probe)
  }
  assert.ok((await gateway.metric('switchback_shedding_ratio')) > 0)
  assert.ok(
    (await gateway.metric('switchback_refusals_total{route="main",reason="overloaded"}')) > 0,
  )
  const { overloads, workers } = JSON.parse((await get(`${gateway.adminUrl}/status`)).body)
  assert.match(overloads[0], /^worker \d+ refuses \d+ % of its requests: its event loop is \d+ ms/)
  assert.equal(workers[0].shedding.finding, 'late')

  asked.send(okAnswer)
  await inFlight.until('\r\n\r\nok')
  socket.send('still here')
  await socket.until('still here')

  free()
  await logged(gateway, 'shedding-ended')
  assert.equal(await gateway.metric('switchback_shedding_ratio'), 0)
  assert.equal(await ask(), 200)
  assert.equal(gateway.logLines.filter(line => line.includes('"event":"shedding-')).length, 2)
})

test('a reload that turns it off ends it', async t => {
  const v1 = await startUpstream(t, 'v1')
  const gateway = await startGateway(t, { ...oneRoute({ v1: v1.url }), ...shedding(50) })
  blockLoop(t, 110)
  await logged(gateway, 'shedding-began')
  await gateway.edit(shedding(0))
  await gateway.reload()
  await logged(gateway, 'shedding-ended')
  const [worker] = await gateway.status()
  assert.equal(worker?.shedding, null)
})
