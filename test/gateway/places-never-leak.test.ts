import assert from 'node:assert/strict'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { PassThrough } from 'node:stream'
import { type TestContext, test } from 'node:test'
import { systemClock } from '../../src/clock.ts'
import { createPlaces } from '../../src/limits/places.ts'
import { createOverload, type Overload } from '../../src/pipeline/overload.ts'
import { createLog } from '../../src/telemetry/log.ts'
import { createMetrics } from '../../src/telemetry/metrics.ts'
import { type Conversation, openRaw } from '../support/conversation.ts'
import { flagFile, startGateway, type TestGateway } from '../support/gateway.ts'
import { startUpstream } from '../support/http.ts'
import { startRawUpstream } from '../support/raw.ts'
import { keptRequest, plainRequest, upgradeAnswer, upgradeRequest } from '../support/requests.ts'
import { plainRules } from '../support/rules.ts'
import { placesTaken } from './places.ts'

const maxInFlight = 5
const maxWebSockets = 3
const policy = (more: string) => `
auth: public
maxInFlight: ${maxInFlight}
maxWebSockets: ${maxWebSockets}
maxBodyBytes: 20
timeouts: { connectMs: 300, headersMs: 60, bodyMs: 60, deadlineMs: 120 }
websocket: { closeTimeoutMs: 50 }
fallback: { methods: [GET], withinMs: 30 }
${more}`

/** What an upstream does to a request for that path; none of them is told more than once. */
const misdeeds: Record<string, (request: IncomingMessage, response: ServerResponse) => void> = {
  '/answers': (_, response) => response.end('whole'),
  '/fails': (_, response) => response.writeHead(500).end(),
  '/resets': request => request.socket.destroy(),
  '/hangs': () => {},
  '/breaks-off': (request, response) => {
    response.writeHead(200, { 'content-length': '10' })
    response.write('half', () => request.socket.destroy())
  },
  '/stalls': (_, response) => {
    response.writeHead(200, { 'content-length': '10' })
    response.write('half')
  },
}
const paths = Object.keys(misdeeds)

/** A client that does something, well or badly; resolves when it has no more to do with the gateway. */
type Deed = (client: (bytes?: string) => Conversation, path: string) => Promise<void>

const leave = ({ socket }: Conversation) => void socket.destroy()
const body = (text: string, more = '') => `content-length: ${text.length}\r\n${more}`

const deeds: readonly Deed[] = [
  async (open, path) => void (await open(plainRequest(path)).ended()),
  async (open, path) => leave(open(keptRequest(path))),
  async (open, path) => {
    const client = open(keptRequest(path))
    await Promise.race([client.until('HTTP/1.1').catch(() => {}), client.ended()])
    leave(client)
  },
  // Two at once, and gone while the second waits for its turn.
  async (open, path) => {
    const client = open(keptRequest('/stalls') + keptRequest(path))
    await client.until(/half|route-full/).catch(() => {})
    leave(client)
  },
  async (open, path) => {
    const client = open(keptRequest(path) + keptRequest(path))
    await client.until('HTTP/1.1').catch(() => {})
    client.socket.end()
    await client.ended()
  },
  // Bodies: whole, over the limit as declared and as sent, and never finished.
  async (open, path) =>
    void (await open(`${plainRequest(path, body('hello'), 'POST')}hello`).ended()),
  async (open, path) =>
    void (await open(plainRequest(path, 'content-length: 21\r\n', 'POST')).ended()),
  async (open, path) =>
    void (await open(
      `${plainRequest(path, 'transfer-encoding: chunked\r\n', 'POST')}15\r\n${'x'.repeat(21)}\r\n`,
    ).ended()),
  async (open, path) => leave(open(`${keptRequest(path, body('hello'), 'POST')}hel`)),
  async (open, path) => {
    const client = open(keptRequest(path, body('hello', 'expect: 100-continue\r\n'), 'POST'))
    await client.until('HTTP/1.1').catch(() => {})
    leave(client)
  },
  // WebSockets: opened and left in two ways, refused, and left while they open.
  async open => {
    const client = open(upgradeRequest('/ws'))
    await client.until('\r\n\r\n').catch(() => {})
    leave(client)
  },
  async open => {
    const client = open(upgradeRequest('/ws'))
    await client.until('\r\n\r\n').catch(() => {})
    client.socket.end()
    await client.ended()
  },
  async (open, path) => void (await open(upgradeRequest(path)).ended()),
  async (open, path) => leave(open(upgradeRequest(path))),
]

/** Numbers that look like chance and are the same each time. */
function numbers(seed: number) {
  let state = seed
  return (below: number) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return Math.floor((state / 2 ** 32) * below)
  }
}

async function start(t: TestContext) {
  let busy = 0
  let busiest = 0
  const service = await startUpstream(t, 'service', (request, response) => {
    busiest = Math.max(busiest, ++busy)
    response.on('close', () => busy--)
    request.resume()
    const misdeed = misdeeds[request.url as string] ?? (() => response.end())
    misdeed(request, response)
  })
  const sockets = await startRawUpstream(t, socket => {
    socket.once('data', () => socket.write(upgradeAnswer))
  })
  const route = (path: string, url: string, v2: string) =>
    `match: { path: ${path} }\nv1: { url: "${url}" }\nv2: { url: "${v2}" }\nflag: v2\npolicy: open\nuser: { header: x-user-id }\n`
  const gateway = await startGateway(t, {
    'routes/main.yaml': route('/', service.url, service.url),
    'routes/ws.yaml': route('/ws', sockets.url, sockets.url),
    'policies/open.yaml': policy(''),
    'flags/v2.json': flagFile('v2', 50),
  })
  return { gateway, busiest: () => busiest }
}

async function everythingIsFree(gateway: TestGateway): Promise<void> {
  for (const kind of ['requests', 'websockets'] as const) await placesTaken(gateway, 0, kind)
  const [worker] = await gateway.status()
  const ws = worker?.routes.find(({ route }) => route === 'ws')
  if (ws?.places.websockets?.taken !== 0 || ws.places.requests?.taken !== 0) {
    await new Promise(setImmediate)
    await everythingIsFree(gateway)
  }
}

test('whatever clients and upstreams do, and through reloads, every place comes back', async t => {
  const { gateway, busiest } = await start(t)
  const next = numbers(7)
  const open = (bytes?: string) => openRaw(t, gateway.port, bytes)
  for (let round = 0; round < 12; round++) {
    const all = Array.from({ length: 20 }, () => {
      const deed = deeds[next(deeds.length)] as Deed
      return deed(open, paths[next(paths.length)] as string)
    })
    if (round % 4 === 3) {
      await gateway.edit({
        'policies/open.yaml': policy(`priority: ${round === 3 ? 'low' : 'high'}`),
      })
      await gateway.reload()
    }
    await Promise.all(all)
  }
  await everythingIsFree(gateway)
  const refused = await gateway.metric(
    'switchback_refusals_total{route="main",reason="route-full"}',
  )
  assert.ok(refused > 0, 'the route was never full')
  assert.ok(busiest() > 1, 'nothing went on at once')
  for (let i = 0; i < maxInFlight; i++) open(keptRequest('/hangs'))
  await placesTaken(gateway, maxInFlight)
  await everythingIsFree(gateway)
})

function room(): { enter: Overload['enter']; route: Parameters<Overload['enter']>[0] } {
  const { log } = createLog('silent')
  const { enter } = createOverload({
    ...{ clock: systemClock, random: Math.random, log, metrics: createMetrics(), routes: () => [] },
  })
  const requests = createPlaces().of('main', 'requests', 1)
  const config = { rules: plainRules } as Parameters<Overload['enter']>[0]['config']
  return { enter, route: { config, places: { requests, websockets: null } } }
}

test('a client that has left before the door, as while its token was verified, takes no place', () => {
  const { enter, route } = room()
  const gone = new PassThrough()
  gone.destroy()
  assert.equal(enter(route, 'requests', gone), null)
  assert.equal(route.places.requests?.taken(), 0)
  const there = new PassThrough()
  assert.equal(enter(route, 'requests', there), null)
  assert.equal(enter(route, 'requests', new PassThrough()), 'route-full')
  there.destroy()
})
