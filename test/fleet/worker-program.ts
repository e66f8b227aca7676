import { createServer, type ServerResponse } from 'node:http'
import { type AddressInfo, Server as NetServer } from 'node:net'
import type { ControlPlane } from '../../src/fleet/planes.ts'
import { servePrimary, type WorkerPlane } from '../../src/fleet/workers/serve-primary.ts'
import { linkToPrimary } from '../../src/fleet/workers/worker-channel.ts'
import type { Hello } from '../../src/fleet/workers/worker-messages.ts'
import { neverTripped } from '../../src/guard/latch-state.ts'

/**
 * A worker whose data plane is a page: it tells what the worker holds, and does on request what a
 * gateway does by itself. A snapshot of version `refused` it does not take, and of version `refused by
 * <n>` not in worker n; with `unable` it does not start.
 */
let failWith = (_error: Error): void => {}

async function build({ worker, snapshot, latches, revocations }: Hello, control: ControlPlane) {
  let version = snapshot.version
  if (version === 'unable') throw new Error('it is unable to')
  const tripped = new Set<string>()
  for (const { flag, state } of latches) if (state === 'tripped') tripped.add(flag)
  const revoked = new Set(revocations.map(({ value }) => value))
  const held: ServerResponse[] = []
  let requests = 0

  const server = createServer((request, response) => {
    requests++
    const [, what = '', value = ''] = request.url?.split('/') ?? []
    const told = () => {
      const state = {
        ...{ worker, pid: process.pid, version, requests },
        ...{ tripped: [...tripped], revoked: [...revoked] },
      }
      response.end(JSON.stringify(state))
    }
    if (what === 'hold') return held.push(response)
    if (what === 'trip') control.tripped({ ...neverTripped(value), state: 'tripped', version: 1 })
    if (what === 'count') control.counted({ [value]: 1 })
    if (what === 'fail') failWith(new Error('it broke'))
    return told()
  })

  const plane: WorkerPlane = {
    async listen() {
      const { host, port } = snapshot.process.listen
      await new Promise<void>((resolve, reject) =>
        server.once('error', reject).listen(port, host, resolve),
      )
      return (server.address() as AddressInfo).port
    },
    async apply(next) {
      if (next.version === 'refused' || next.version === `refused by ${worker}`) {
        throw new Error('it does not like it')
      }
      version = next.version
    },
    setLatch: ({ flag, state }) =>
      void (state === 'tripped' ? tripped.add(flag) : tripped.delete(flag)),
    revoke(news) {
      for (const { value } of news) revoked.add(value)
    },
    status: async () => ({
      pid: process.pid,
      configVersion: version,
      flags: null,
      routes: [],
      latches: [],
      websocketsOpen: { v1: 0, v2: 0 },
      shedding: null,
      rateLimits: null,
    }),
    explain: async ({ route }) => ({ ok: false, refusal: 'unknown-route', text: route }),
    simulate: async () => ({ ok: false, refusal: 'bad-question', text: version }),
    decisions: async () => ({ kept: 0, leftOut: 0, until: 0, decisions: [] }),
    metrics: async () => [
      {
        name: 'requests',
        help: '',
        type: 'counter',
        aggregator: 'sum',
        values: [{ value: requests, labels: {} }],
      },
      {
        name: 'open',
        help: '',
        type: 'gauge',
        aggregator: 'sum',
        values: [{ value: 1, labels: {} }],
      },
    ],
    async close() {
      for (const response of held.splice(0)) response.end('released')
      // As the gateway's listener does: node:http would cut clients whose request is on its way.
      await new Promise(resolve => NetServer.prototype.close.call(server, resolve))
    },
  }
  return plane
}

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => {})
const inOrder = await servePrimary({
  link: linkToPrimary(process),
  build,
  onFailure(fail) {
    failWith = fail
  },
})
process.exitCode = inOrder ? 0 : 1
