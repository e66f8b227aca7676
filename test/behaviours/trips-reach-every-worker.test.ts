import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import type { GatewayStatus } from '../../src/fleet/gateway-status.ts'
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
drain: { lingerMs: 0, graceMs: 1000 }
`

/** Two workers that send everybody to a V2 that fails. */
async function start(t: TestContext) {
  const v1 = await startUpstream(t, 'one', (request, response) => {
    request.resume()
    response.writeHead(200, { 'content-length': 3 }).end('one')
  })
  const v2 = await startUpstream(t, 'two', (request, response) => {
    request.resume()
    response.writeHead(500, { 'content-length': 0 }).end()
  })
  const gateway = await startGatewayProcess(t, {
    'switchback.yaml': processFile,
    ...oneRoute({
      v1: v1.url,
      v2: v2.url,
      percent: 100,
      policy: 'budgets: [ { signal: errors, max: 1% } ]\n',
    }),
  })
  return { gateway, v2, pids: await gateway.workerPids(2) }
}

/** Resolves once each of the workers holds the latch tripped, as it says itself. */
async function heldBy(gateway: GatewayProcess, pids: readonly number[]): Promise<void> {
  const held = async () => {
    const { workers } = (await gateway.admin('/status')) as GatewayStatus
    const tripped = workers.filter(({ latches }) =>
      latches.some(({ state }) => state.flag === 'v2' && state.state === 'tripped'),
    )
    return pids.every(pid => tripped.some(worker => worker.pid === pid))
  }
  while (!(await held()));
}

test('what one worker trips on holds in all of them, and in those that start later', async t => {
  const { gateway, v2, pids } = await start(t)
  // One after the other they are handed to one worker each.
  const [seeing, other] = [openRaw(t, gateway.port), openRaw(t, gateway.port)]
  const first = await seeing.ask(keptRequest('/'))
  assert.equal(first.status, 500)
  while ((await seeing.ask(keptRequest('/'))).status === 500);
  await heldBy(gateway, pids)
  const before = v2.count()
  // Its worker has seen nothing of V2 itself.
  assert.equal((await other.ask(keptRequest('/'))).body, 'one')

  process.kill(pids[0] as number, 'SIGKILL')
  await gateway.workerPids(3)
  for (let times = 0; times < 8; times++) {
    const answer = parseAnswer(await openRaw(t, gateway.port, plainRequest('/')).ended())
    assert.equal(answer.status, 200)
  }
  assert.equal(v2.count(), before)
})
