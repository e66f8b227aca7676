import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openRaw } from '../support/conversation.ts'
import { oneRoute } from '../support/gateway.ts'
import { startGatewayProcess } from '../support/gateway-process.ts'
import { startUpstream } from '../support/http.ts'
import { keptRequest } from '../support/requests.ts'

test('a connection beyond what all workers may hold is closed at once, and passed round by none', async t => {
  const upstream = await startUpstream(t, 'one', (request, response) => {
    request.resume()
    response.writeHead(200, { 'content-length': 3 }).end('one')
  })
  const gateway = await startGatewayProcess(t, {
    ...oneRoute({ v1: upstream.url }),
    'switchback.yaml': `
listen: { host: 127.0.0.1, port: 0 }
admin: { port: 0 }
workers: 2
limits: { maxConnections: 1 }
drain: { lingerMs: 0, graceMs: 1000 }
`,
  })
  const held = [openRaw(t, gateway.port), openRaw(t, gateway.port)]
  for (const client of held) assert.equal((await client.ask(keptRequest('/'))).body, 'one')
  assert.equal(await openRaw(t, gateway.port).ended(), '')
  for (const client of held) assert.equal((await client.ask(keptRequest('/'))).body, 'one')
  assert.equal((await gateway.metrics()).get('switchback_connections_dropped_total'), 1)
})
