import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { residentBytes } from '../proc.ts'
import { createProcesses, type Processes } from '../processes.ts'
import { type Scenario, upstreamPorts, urlOf } from '../scenarios.ts'
import type { Stage } from '../stage.ts'

/** What came of connections that were kept. */
export interface Held {
  /** Resident memory of the gateway that each of them costs. */
  readonly bytesEach: number
  /** Connections that were closed while they rested. */
  readonly lost: number
}

const warmUpConnections = 200
/** Memory is looked at for so long, and the least of it counts: what was garbage is gone by then. */
const lookForMs = 5000
const lookEveryMs = 250
/** Milliseconds that opening all of them may take. */
const openMs = 180_000

/** Starts a gateway, has so many connections ask once, and looks while they rest. */
export async function hold(stage: Stage, scenario: Scenario, connections: number): Promise<Held> {
  const processes = createProcesses()
  try {
    const pid = await startAll(processes, scenario)
    const clients = clientsOf(stage, urlOf(scenario))
    const before = await clients(warmUpConnections, () => leastResident(pid))
    const after = await clients(connections, () => leastResident(pid))
    return { bytesEach: (after.found - before.found) / connections, lost: after.lost }
  } finally {
    await processes.close()
  }
}

/** The process to look at: the gateway, or where there is none the service, a bare `node:http`. */
async function startAll(processes: Processes, scenario: Scenario): Promise<number> {
  const { name, gateway, port } = scenario
  const program = join(import.meta.dirname, '../upstream.ts')
  const { v1, v2 } = upstreamPorts
  const upstream = await processes.start({
    name: 'upstream',
    argv: [process.execPath, program, String(v1), String(v2)],
    core: null,
    port: v2,
  })
  if (gateway === null) return upstream
  return processes.start({ name, argv: gateway, core: null, port })
}

function clientsOf({ children }: Stage, url: string) {
  const program = join(import.meta.dirname, 'idle-clients.ts')
  return async (count: number, look: () => Promise<number>) => {
    const child = children.start('clients', [process.execPath, program, url, String(count)])
    await child.message(openMs)
    const found = await look()
    const open = child.message()
    child.send('how many are open')
    return { found, lost: count - ((await open) as number) }
  }
}

async function leastResident(pid: number): Promise<number> {
  let least = Number.POSITIVE_INFINITY
  for (let looked = 0; looked < lookForMs; looked += lookEveryMs) {
    least = Math.min(least, residentBytes(pid))
    await delay(lookEveryMs)
  }
  return least
}
