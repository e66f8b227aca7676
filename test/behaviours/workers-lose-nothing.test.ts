import assert from 'node:assert/strict'
import { connect } from 'node:net'
import { type TestContext, test } from 'node:test'
import { startCallers } from '../support/callers.ts'
import { openRaw } from '../support/conversation.ts'
import { oneRoute } from '../support/gateway.ts'
import { type GatewayProcess, startGatewayProcess } from '../support/gateway-process.ts'
import { startUpstream } from '../support/http.ts'
import { parseAnswer } from '../support/raw.ts'
import { keptRequest, plainRequest } from '../support/requests.ts'

const processFile = `
listen: { host: 127.0.0.1, port: 0 }
admin: { port: 0 }
workers: 2
log: { level: info, access: false }
drain: { delayMs: 0, lingerMs: 300, graceMs: 5000 }
`

/** Once a configuration other than the first is in force. */
const applied = /"why":"file-change",.*"msg":"configuration applied"/

/** Two workers before upstreams that answer with their names, `/slow` when told to, and six clients. */
async function start(t: TestContext, process = processFile) {
  const held: (() => void)[] = []
  const upstream = await startUpstream(t, 'one', (request, response) => {
    request.resume()
    const answer = () => response.end('one')
    if (request.url === '/slow') held.push(answer)
    else answer()
  })
  const other = await startUpstream(t, 'two')
  const gateway = await startGatewayProcess(t, {
    ...oneRoute({ v1: upstream.url }),
    'switchback.yaml': process,
  })
  const callers = startCallers(t, gateway.port, { callers: 6, request: () => keptRequest('/') })
  await callers.further(200)
  return { held, other, gateway, callers, pids: await gateway.workerPids(2) }
}

function failed({ asked }: ReturnType<typeof startCallers>) {
  return asked.filter(({ answer }) => answer?.status !== 200)
}

/** What a client on a new connection is answered. */
async function bodyOf(t: TestContext, { port }: GatewayProcess): Promise<string> {
  return parseAnswer(await openRaw(t, port, plainRequest('/')).ended()).body
}

/** Resolves once nobody listens on the port. */
async function refused(port: number): Promise<void> {
  const connects = () =>
    new Promise<boolean>(resolve => {
      const socket = connect(port, '127.0.0.1')
      socket.on('error', () => resolve(false))
      socket.on('connect', () => resolve(true))
      socket.on('connect', () => socket.destroy())
    })
  while (await connects());
}

/** Resolves once no process has this id. */
async function gone(pid: number): Promise<void> {
  for (;;) {
    try {
      process.kill(pid, 0)
    } catch {
      return
    }
    await new Promise(resolve => setImmediate(resolve))
  }
}

test('B39: SIGTERM to the whole group under load fails no request, and the exit code is 0', async t => {
  const { held, gateway, callers, pids } = await start(t)
  const slow = [1, 2].map(() => openRaw(t, gateway.port, keptRequest('/slow')))
  while (held.length < 2) await callers.further(1)
  for (const pid of [...pids, gateway.child.process.pid as number]) process.kill(pid, 'SIGTERM')
  await callers.ended()
  assert.deepEqual(failed(callers), [])
  for (const answer of held) answer()
  for (const client of slow) assert.match(await client.ended(), /^HTTP\/1\.1 200 /)
  assert.deepEqual(await gateway.child.exited, [0, null])
  await Promise.all(pids.map(gone))
})

test('a reload under load reaches every worker and fails no request; a refused one changes none', async t => {
  const { other, gateway, callers } = await start(t)
  await gateway.edit({ ...oneRoute({ v1: other.url }), 'routes/bad.yaml': 'match: { path: no }\n' })
  gateway.child.process.kill('SIGHUP')
  await gateway.child.until(/"msg":"configuration refused/)
  for (let times = 0; times < 8; times++) assert.equal(await bodyOf(t, gateway), 'one')

  await gateway.edit({
    'routes/bad.yaml': `match: { path: /b }\nv1: { url: "${other.url}" }\npolicy: open\n`,
  })
  await gateway.child.until(applied)
  for (let times = 0; times < 8; times++) assert.equal(await bodyOf(t, gateway), 'two')
  await callers.stop()
  assert.deepEqual(failed(callers), [])
})

test('what only a new process can take is taken by new workers, and fails no request', async t => {
  const { gateway, callers, pids } = await start(t)
  await gateway.edit({
    'switchback.yaml': processFile
      .replace('workers: 2', 'workers: 3\nlimits: { maxUrlBytes: 512 }')
      .replace('lingerMs: 300', 'lingerMs: 301'),
  })
  await gateway.child.until(applied)
  assert.equal(new Set(await gateway.workerPids(5)).size, 5)
  const long = plainRequest(`/${'x'.repeat(600)}`)
  for (let times = 0; times < 6; times++) {
    assert.equal(parseAnswer(await openRaw(t, gateway.port, long).ended()).status, 414)
  }
  // The one thing that stays until the next start says so.
  await gateway.child.until(/"field":"drain"/)
  await Promise.all(pids.map(gone))
  await callers.stop()
  assert.deepEqual(failed(callers), [])
})

test('B38: kill -9 of a worker under load fails what it had in flight, and what it counted stays counted', async t => {
  const { gateway, callers, pids } = await start(t)
  const counted = async () => {
    const label = 'route="main",variant="v1",status_class="2xx"'
    return (await gateway.metrics()).get(`switchback_request_duration_seconds_count{${label}}`) ?? 0
  }
  const before = await counted()
  assert.ok(before >= 200)
  process.kill(pids[0] as number, 'SIGKILL')
  await gateway.child.until(/"event":"lost"/)
  const known = performance.now()
  await gateway.workerPids(3)
  await callers.further(200)
  await callers.stop()
  // No client asks again before it is answered: each can lose one.
  assert.ok(failed(callers).length <= 6, `${failed(callers).length} failed`)
  assert.deepEqual(
    failed(callers).filter(({ sentAt }) => sentAt > known),
    [],
  )
  assert.ok((await counted()) >= before)
  assert.equal((await gateway.metrics()).get('switchback_worker_deaths_total{reason="ended"}'), 1)
})

test('B38: kill -9 of the primary lets the workers finish and leave the port', async t => {
  const { held, gateway, callers, pids } = await start(t)
  const slow = [1, 2].map(() => openRaw(t, gateway.port, keptRequest('/slow')))
  while (held.length < 2) await callers.further(1)
  gateway.child.process.kill('SIGKILL')
  await callers.ended()
  assert.deepEqual(failed(callers), [])
  for (const answer of held) answer()
  for (const client of slow) assert.match(await client.ended(), /^HTTP\/1\.1 200 /)
  await Promise.all(pids.map(gone))
  await refused(gateway.port)
})
