import { connect } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import type { Fault, Scene } from '../fault.ts'
import { holdWebSockets } from '../held-websockets.ts'
import {
  nothingFails,
  onlyInFlightFails,
  onlyRefusedFails,
  staysOnV2,
  webSocketsAreTold,
} from '../rules.ts'

const leaving = 200
const leaveAfterMs = 20
const held = 20
/** `drain` of `switchback.yaml` by default, and a second to end a process. */
const drainLimitMs = 1000 + 8000 + 1000

/** The gateway itself, and clients that leave. */
export const gatewayFaults: readonly Fault[] = [
  {
    name: 'worker-killed',
    what: '`kill -9` of one of two workers, with answers that take 250 ms, so that much is in flight',
    rows: ['B38'],
    before: 'slow',
    async make({ gateway }) {
      const [victim] = gateway.workers()
      if (victim === undefined) throw new Error('Cannot kill a worker: the gateway must have some')
      process.kill(victim, 'SIGKILL')
    },
    rules: [onlyInFlightFails, staysOnV2],
  },
  {
    name: 'restarted',
    what: 'SIGTERM with answers that take 250 ms and 20 open WebSockets, and a start as soon as it has ended',
    rows: ['B39'],
    needs: ['fixed-port'],
    before: 'slow',
    async make({ gateway, note }) {
      const sockets = await holdWebSockets(gateway.url(), held)
      const leftAt = performance.now()
      await gateway.leave()
      if (performance.now() - leftAt > drainLimitMs) note('it left after its drain limit')
      for (const [code, closed] of sockets.closes()) {
        if (code !== 1001) note(`${closed} WebSockets were closed with ${code}`)
      }
      await gateway.restart()
    },
    rules: [onlyRefusedFails, webSocketsAreTold, staysOnV2],
  },
  {
    name: 'loop-stalled',
    what: 'all processes of the gateway stand still (SIGSTOP) for a second',
    rows: [],
    async make({ gateway }) {
      const pids = gateway.processes()
      for (const pid of pids) process.kill(pid, 'SIGSTOP')
      await delay(1000)
      for (const pid of pids) process.kill(pid, 'SIGCONT')
    },
    rules: [nothingFails, staysOnV2],
  },
  {
    name: 'clients-leave',
    what: `${leaving} clients ask and are gone after ${leaveAfterMs} ms, with answers that take 250 ms`,
    rows: ['B36'],
    before: 'slow',
    make: leave,
    rules: [nothingFails, staysOnV2],
  },
]

/** Each with a user of its own, so that half of them are on V2. */
async function leave({ gateway }: Scene): Promise<void> {
  const { hostname, port } = new URL(gateway.url())
  const sockets = Array.from({ length: leaving }, (_, i) => {
    const socket = connect(Number(port), hostname)
    socket.on('error', () => {})
    socket.write(`GET /offers/1 HTTP/1.1\r\nhost: offers\r\nx-user-id: leaver-${i}\r\n\r\n`)
    return socket
  })
  await delay(leaveAfterMs)
  for (const socket of sockets) socket.destroy()
}
