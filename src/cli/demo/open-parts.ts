import { randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { systemClock } from '../../clock.ts'
import { formatFault } from '../../config/format-fault.ts'
import { type RunningGateway, runGateway } from '../../run.ts'
import { createLog } from '../../telemetry/log.ts'
import { noticeLines } from './notices.ts'
import type { SampleVersion } from './offers.ts'
import { overlay } from './overlay.ts'
import { type DemoPorts, portFault } from './ports.ts'
import { createRandom } from './random.ts'
import {
  type MatchFor,
  type SampleService,
  samplePace,
  startSampleService,
} from './sample-service.ts'

export interface PartsOptions {
  /** The configuration directory. */
  readonly dir: string
  readonly env: Readonly<Record<string, string | undefined>>
  readonly ports: DemoPorts
  /** See `DemoPlaces`. */
  readonly ownsFiles: boolean
  /** What each of the services answers. */
  readonly matches: Readonly<Record<SampleVersion, MatchFor>>
  readonly error: (line: string) => void
}

export interface Parts {
  readonly gateway: RunningGateway
  readonly v2: SampleService
  /** Ports in use. */
  readonly ports: DemoPorts
}

/** Opens the services, then the gateway before them; null, with the reason told, when it cannot. */
export async function openParts(
  { dir, env, ports, ownsFiles, matches, error }: PartsOptions,
  open: AsyncDisposableStack,
): Promise<Parts | null> {
  let v1: SampleService
  let v2: SampleService
  try {
    const shared = { random: createRandom(19_700_101), clock: systemClock }
    v1 = await startSampleService({
      ...shared,
      ...samplePace.v1,
      version: 'v1',
      match: matches.v1,
      port: ports.v1,
    })
    open.defer(v1.close)
    v2 = await startSampleService({
      ...shared,
      ...samplePace.v2,
      version: 'v2',
      match: matches.v2,
      port: ports.v2,
    })
    open.defer(v2.close)
  } catch (cause) {
    error(portFault(cause, ports) ?? `Cannot start the demo: ${(cause as Error).message}`)
    return null
  }

  const samples = { v1: v1.port, v2: v2.port }
  const storeDir = await mkdtemp(join(tmpdir(), 'switchback-demo-'))
  open.defer(() => rm(storeDir, { recursive: true, force: true }))
  const running = await runGateway({
    dir,
    env,
    // The services and their callers share this loop: how busy it is says nothing of the gateway.
    clock: { ...systemClock, idle: systemClock.monotonic },
    randomBytes,
    instanceId: 'demo',
    machine: 'demo',
    pid: process.pid,
    openLog: level => createLog(level, { write: line => noticeLines(line).forEach(error) }),
    adjust: snapshot => overlay(snapshot, { ports: { ...ports, ...samples }, storeDir, ownsFiles }),
  })
  if (!running.ok) {
    for (const fault of running.faults) error(formatFault(fault))
    error(portFault(running.error, ports) ?? cannotStart(dir, running.error))
    return null
  }
  const { gateway } = running
  open.defer(gateway.close)
  return { gateway, v2, ports: { ...samples, gateway: gateway.port, admin: gateway.adminPort } }
}

function cannotStart(dir: string, cause: Error | null): string {
  const why = cause === null ? 'fix the faults above' : cause.message
  return `Cannot start the demo with ${dir}: ${why}`
}
