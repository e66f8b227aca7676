import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer } from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import { type TestContext, test } from 'node:test'
import { startCallers } from '../support/callers.ts'
import { startChild } from '../support/child.ts'
import { converse, openRaw } from '../support/conversation.ts'
import { configDir, oneRoute, upstreamClients } from '../support/gateway.ts'
import { parseAnswer } from '../support/raw.ts'
import { keptRequest, plainRequest, upgradeAnswer, upgradeRequest } from '../support/requests.ts'

/** Answers `/slow` when the test says so, anything else after a moment; echoes on WebSockets. */
async function startUpstream(t: TestContext) {
  const held: (() => void)[] = []
  const server = createServer((request, response) => {
    request.resume()
    const answer = () => response.writeHead(200, { 'content-length': 4 }).end('done')
    if (request.url === '/slow') held.push(answer)
    else setTimeout(answer, 5)
  })
  server.on('upgrade', (_request, socket) => {
    socket.write(upgradeAnswer)
    // The client's Close frame comes through and is all that an upstream needs to end.
    socket.on('error', () => {}).on('data', () => socket.end())
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.after(() => {
    server.closeAllConnections()
    server.close()
  })
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, held }
}

async function startGatewayProcess(
  t: TestContext,
  files: Record<string, string>,
  nodeOptions: string[] = [],
) {
  const dir = await configDir(t, files)
  const child = startChild(t, 'src/main.ts', ['start', '-c', dir], nodeOptions)
  const [, port] = await child.until(/clients +http:\/\/localhost:(\d+)/)
  const [, adminPort] = await child.until(/admin +http:\/\/127\.0\.0\.1:(\d+)/)
  return { child, port: Number(port), adminPort: Number(adminPort) }
}

const processFile = (client: string) => `
listen: { host: 127.0.0.1, port: 0 }
admin: { port: 0 }
log: { access: false }
drain: { delayMs: 0, lingerMs: 300, graceMs: 5000 }
upstream: { client: ${client} }
`

/** An unmasked Close frame with status 1001. */
const goingAway = '\x88\x0c\x03\xe9going away'
/** The client's answer to it, masked with zeros. */
const closeReply = '\x88\x82\0\0\0\0\x03\xe9'

for (const client of upstreamClients) {
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    test(`B39 (${client}): ${signal} under load fails no request, closes WebSockets with 1001 and exits 0`, async t => {
      const upstream = await startUpstream(t)
      const gateway = await startGatewayProcess(t, {
        ...oneRoute({ v1: upstream.url }),
        'switchback.yaml': processFile(client),
      })
      const callers = startCallers(t, gateway.port, {
        callers: 16,
        request: () => keptRequest('/'),
      })
      const idle = openRaw(t, gateway.port)
      await idle.ask(keptRequest('/'))
      const slow = openRaw(t, gateway.port, keptRequest('/slow'))
      const sockets = [1, 2, 3].map(() => openRaw(t, gateway.port, upgradeRequest('/')))
      for (const socket of sockets) await socket.until('\r\n\r\n')
      await callers.further(200)
      while (upstream.held.length === 0) await callers.further(1)

      gateway.child.process.kill(signal)
      for (const socket of sockets) {
        await socket.until(goingAway)
        socket.send(closeReply)
      }
      await callers.ended()
      assert.deepEqual(
        callers.asked.filter(({ answer }) => answer?.status !== 200),
        [],
      )
      // The listener is closed, and what was in flight before it is still waited for.
      assert.equal(gateway.child.process.exitCode, null)
      const late = converse(openRaw(t, gateway.port).socket)
      assert.equal(await late.ended(), '')
      upstream.held[0]?.()
      const answer = parseAnswer(await slow.until('done'))
      assert.equal(answer.status, 200)

      assert.deepEqual(await gateway.child.exited, [0, null])
      await Promise.all([idle, slow, ...sockets].map(conversation => conversation.ended()))
    })
  }
}

test('B39: a request in flight is waited for also when idle connections are not', async t => {
  const upstream = await startUpstream(t)
  const gateway = await startGatewayProcess(t, {
    ...oneRoute({ v1: upstream.url }),
    'switchback.yaml': processFile('http1').replace('lingerMs: 300', 'lingerMs: 0'),
  })
  const slow = openRaw(t, gateway.port, keptRequest('/slow'))
  const other = openRaw(t, gateway.port)
  while (upstream.held.length === 0) await other.ask(keptRequest('/'))
  gateway.child.process.kill('SIGTERM')
  const refused = () =>
    new Promise<boolean>(resolve => {
      const socket = connect(gateway.port, '127.0.0.1')
      socket.on('error', () => resolve(true))
      socket.on('connect', () => {
        socket.destroy()
        resolve(false)
      })
    })
  // Until the listener is closed, and some turns of the gateway's loop beyond.
  for (let times = 0; times < 20; ) if (await refused()) times++
  upstream.held[0]?.()
  assert.equal(parseAnswer(await slow.until('done')).status, 200)
  assert.deepEqual(await gateway.child.exited, [0, null])
})

test('B39: what does not end within the drain limit is cut, and the exit code is still 0', async t => {
  const upstream = await startUpstream(t)
  const gateway = await startGatewayProcess(t, {
    ...oneRoute({ v1: upstream.url }),
    'switchback.yaml': processFile('http1').replace('graceMs: 5000', 'graceMs: 200'),
  })
  const stuck = openRaw(t, gateway.port, keptRequest('/slow'))
  const mute = openRaw(t, gateway.port, upgradeRequest('/'))
  await mute.until('\r\n\r\n')
  const other = openRaw(t, gateway.port)
  while (upstream.held.length === 0) await other.ask(keptRequest('/'))
  gateway.child.process.kill('SIGTERM')
  await mute.until(goingAway)
  assert.deepEqual(await gateway.child.exited, [0, null])
  assert.doesNotMatch(await stuck.ended(), /200 OK/)
  await mute.ended()
})

test('B13: a lenient parser asked for on the command line of Node stays strict', async t => {
  const upstream = await startUpstream(t)
  const gateway = await startGatewayProcess(
    t,
    { ...oneRoute({ v1: upstream.url }), 'switchback.yaml': processFile('http1') },
    ['--insecure-http-parser'],
  )
  const both = 'content-length: 5\r\ntransfer-encoding: chunked\r\n'
  const text = plainRequest('/', both, 'POST')
  const answer = parseAnswer(await openRaw(t, gateway.port, `${text}0\r\n\r\n`).ended())
  assert.equal(answer.status, 400)
})
