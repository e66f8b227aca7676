import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import type { ServerResponse } from 'node:http'
import { test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import type { GatewayStatus } from '../../src/fleet/gateway-status.ts'
import { openRaw } from '../support/conversation.ts'
import { oneRoute } from '../support/gateway.ts'
import { startGatewayProcess } from '../support/gateway-process.ts'
import { startUpstream } from '../support/http.ts'
import { keptRequest, upgradeRequest } from '../support/requests.ts'

const callers = 20
/** Milliseconds of each limit that V2 is under, and how long the gateway stands: all would be long over. */
const limitMs = 2000
const standMs = 2 * limitMs

test('a gateway that stood still reads what came meanwhile, and holds nothing of it against V2', {
  skip: process.platform !== 'linux' && 'needs /proc',
}, async t => {
  const held: ServerResponse[] = []
  const arrived = Promise.withResolvers<void>()
  const v1 = await startUpstream(t, 'one')
  const v2 = await startUpstream(t, 'two', (request, response) => {
    request.resume()
    held.push(response)
    if (held.length === callers) arrived.resolve()
  })
  const gateway = await startGatewayProcess(t, {
    'switchback.yaml':
      'listen: { host: 127.0.0.1, port: 0 }\nadmin: { port: 0 }\ndrain: { lingerMs: 0, graceMs: 100 }\n',
    ...oneRoute({
      v1: v1.url,
      v2: v2.url,
      percent: 100,
      policy:
        `timeouts: { headersMs: ${limitMs}, deadlineMs: ${limitMs} }\nfallback: { withinMs: ${limitMs} }\n` +
        `budgets: [{ signal: errors, max: 1% }, { signal: latency, p95: ${limitMs}ms }]\n`,
    }),
  })
  const clients = Array.from({ length: callers }, () => openRaw(t, gateway.port))
  // A handshake that V2 refuses is an answer like any other.
  const answers = clients.map((client, i) =>
    client.ask(i % 4 === 0 ? upgradeRequest('/') : keptRequest('/')),
  )
  await arrived.promise
  const { pid } = gateway.child.process
  process.kill(pid as number, 'SIGSTOP')
  while (!/\) T /.test(readFileSync(`/proc/${pid}/stat`, 'latin1'))) await pause(5)
  for (const response of held) response.end('two')
  await pause(standMs)
  process.kill(pid as number, 'SIGCONT')

  const got = await Promise.all(answers)
  assert.deepEqual(
    got.map(({ status, body }) => [status, body]),
    got.map(() => [200, 'two']),
  )
  assert.equal(v1.count(), 0)
  const { latches, verdicts } = (await gateway.admin('/status')) as GatewayStatus
  assert.deepEqual(
    latches.map(({ state }) => state.state),
    ['open'],
  )
  assert.deepEqual(
    verdicts.map(({ verdict }) => verdict),
    ['not-yet', 'not-yet'],
  )
})
