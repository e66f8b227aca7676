import assert from 'node:assert/strict'
import { test } from 'node:test'
import { startCallers } from '../support/callers.ts'
import { openRaw } from '../support/conversation.ts'
import { oneRoute } from '../support/gateway.ts'
import { startGatewayProcess } from '../support/gateway-process.ts'
import { startUpstream } from '../support/http.ts'
import { keptRequest, upgradeRequest } from '../support/requests.ts'

const slow = 1000
/** What a slow client may cost the gateway, an upstream connection and its answer included. */
const maxBytesEach = 100 * 1024

const processFile = `
listen: { host: 127.0.0.1, port: 0 }
admin: { port: 0 }
log: { access: false }
limits: { headersTimeoutMs: 3000, bodyTimeoutMs: 3000 }
drain: { lingerMs: 0, graceMs: 100 }
`

/** What slow clients begin with by turns, and what they then send again and again. */
const attacks = {
  heads: {
    route: '',
    kinds: [
      ['GET / HTTP/1.1\r\nhost: a\r\nx-slow: ', 'x'],
      [`${upgradeRequest('/').slice(0, -2)}x-slow: `, 'x'],
    ],
  },
  bodies: {
    route: 'main',
    kinds: [
      [keptRequest('/', 'content-length: 100000\r\n', 'POST'), 'x'],
      [keptRequest('/', 'transfer-encoding: chunked\r\n', 'POST'), '1\r\nx\r\n'],
    ],
  },
} as const

for (const [what, { route, kinds }] of Object.entries(attacks)) {
  test(`B29: ${slow} clients that send ${what} byte by byte take nothing from others, and are all cut`, async t => {
    const upstream = await startUpstream(t, 'ok', (request, response) => {
      request.resume().on('end', () => response.end('ok'))
    })
    const gateway = await startGatewayProcess(t, {
      ...oneRoute({ v1: upstream.url }),
      'switchback.yaml': processFile,
    })
    const resident = async () => (await gateway.metrics()).get('process_resident_memory_bytes') ?? 0
    const callers = startCallers(t, gateway.port, { callers: 16, request: () => keptRequest('/') })
    await callers.further(1000)
    const before = await resident()
    const clients = Array.from({ length: slow }, (_, i) => {
      const [begin, more] = kinds[i % 2] as (typeof kinds)[number]
      return { more, client: openRaw(t, gateway.port, begin) }
    })
    const timer = setInterval(() => {
      for (const { client, more } of clients) if (!client.over()) client.send(more)
    }, 200)
    t.after(() => clearInterval(timer))
    await callers.further(1000)
    const grown = (await resident()) - before
    for (const { client } of clients) await client.ended()
    await callers.further(1000)
    await callers.stop()

    const failed = callers.asked.filter(({ answer }) => answer?.status !== 200)
    const share = failed.length / callers.asked.length
    assert.ok(
      share <= 0.001,
      `${failed.length} of ${callers.asked.length}: ${failed[0]?.answer?.text}`,
    )
    assert.ok(before > 0 && grown < slow * maxBytesEach, `grown by ${grown} bytes`)
    const cut = `switchback_refusals_total{route="${route}",reason="request-timeout"}`
    assert.equal((await gateway.metrics()).get(cut), slow)
  })
}
