import { type Clock, pause } from './clock.ts'
import type { FlagSource } from './cohort/flag-source.ts'
import type { Fault } from './config/fault.ts'
import { formatFault } from './config/format-fault.ts'
import { createLiveConfig, type ReloadReport } from './config/live.ts'
import type { ProcessConfig } from './config/schema-process.ts'
import type { Snapshot } from './config/snapshot.ts'
import { watchConfig } from './config/watch.ts'
import { buildControl, type Control } from './control.ts'
import type { Planes } from './fleet/planes.ts'
import { adminUrl } from './pipeline/admin-url.ts'
import { type OpenPlanes, openPlanes } from './pipeline/open-planes.ts'
import { processChanges } from './pipeline/process-changes.ts'
import type { createLog } from './telemetry/log.ts'

export interface RunOptions {
  /** The configuration directory. */
  readonly dir: string
  readonly env: Readonly<Record<string, string | undefined>>
  readonly clock: Clock
  readonly randomBytes: (size: number) => Buffer
  readonly instanceId: string
  /** Names this machine in latches, audit and leases. */
  readonly machine: string
  readonly pid: number
  /** Opens the log once its level is known. */
  readonly openLog: (level: string) => ReturnType<typeof createLog>
  /** Changes every snapshot on its way from the files into force; what it throws refuses the snapshot. */
  readonly adjust?: (snapshot: Snapshot) => Snapshot
  /** Hears of every reload while it serves. */
  readonly onReload?: (report: ReloadReport) => void
}

export type Running =
  | { readonly ok: true; readonly gateway: RunningGateway }
  | { readonly ok: false; readonly faults: readonly Fault[]; readonly error: Error | null }

export interface RunningGateway {
  readonly port: number
  readonly adminPort: number
  /** Where operators ask, such as http://127.0.0.1:9900. */
  readonly adminUrl: string
  readonly scheme: 'http' | 'https'
  readonly version: () => string
  /** The flags in force; null where several workers hold them. */
  readonly flags: () => FlagSource | null
  /** How each worker is, its latches among that. */
  readonly status: Planes['status']
  /** Most milliseconds that `close` takes. */
  readonly closeMs: number
  /** Loads the configuration anew, as on SIGHUP. */
  reload(): Promise<ReloadReport>
  /** Further calls share the first. */
  close(): Promise<void>
}

interface Started extends OpenPlanes {
  readonly control: Control
  /** The process-wide settings that are in force, whatever later snapshots say. */
  process: ProcessConfig
  readonly snapshot: Snapshot
  readonly log: ReturnType<typeof createLog>
}

/** Loads a configuration, serves it and follows its files until closed. */
export async function runGateway(options: RunOptions): Promise<Running> {
  const { dir, env, clock, adjust = asWritten } = options
  let started = null as Started | null
  let wasRefused = false

  const live = createLiveConfig({
    dir,
    env,
    clock,
    async apply(loaded) {
      const snapshot = adjust(loaded)
      if (started === null) {
        started = await build(snapshot)
        return
      }
      const control = await started.control.prepare(snapshot)
      try {
        await change(started, snapshot)
      } catch (error) {
        control.discard()
        throw error
      }
      control.commit()
    },
    report(report) {
      if (started === null) return
      tell(report, started.control)
      options.onReload?.(report)
    },
  })

  /** Both planes, joined. */
  async function build(snapshot: Snapshot): Promise<Started> {
    const log = options.openLog(snapshot.process.log.level)
    let planes = null as Planes | null
    const control = await buildControl({
      ...options,
      snapshot,
      log: log.log,
      planes: () => planes,
      configStatus: () => ({ ...live.status, error: live.status.error?.message ?? null }),
    })
    try {
      const open = await openPlanes({
        ...options,
        snapshot,
        log: log.log,
        latches: control.latches,
        revocations: control.revocations,
        control: control.plane,
        onWorker: control.onWorker,
      })
      planes = open.planes
      // What changed while they were built was told to nobody.
      for (const state of control.latches()) open.planes.setLatch(state)
      open.planes.revoke(control.revocations())
      return { ...open, control, process: snapshot.process, snapshot, log }
    } catch (error) {
      await control.close()
      throw error
    }
  }

  /** Serves a new snapshot, with new workers where those that run could not take it. */
  async function change(running: Started, snapshot: Snapshot): Promise<void> {
    const { planes, restartWorkers, log } = running
    const asked = processChanges(running.process, snapshot.process, restartWorkers !== null)
    if (asked.restartWorkers && restartWorkers !== null) {
      await restartWorkers(snapshot)
      const { listen, limits, log, workers } = snapshot.process
      running.process = { ...running.process, listen, limits, log, workers }
    } else {
      await planes.apply(snapshot)
    }
    for (const field of asked.atNextStart) {
      log.log.warn({ field }, 'this change in switchback.yaml takes effect at the next start')
    }
  }

  function tell(report: ReloadReport, { metrics, reloaded }: Control): void {
    const { why, result, version } = report
    const log = started?.log.log
    metrics.config.reloaded(result, clock.now())
    if (result === 'refused') {
      const faults = report.faults.map(formatFault)
      log?.error(
        { why, version, faults, error: report.error?.message },
        'configuration refused; the one before goes on serving',
      )
    } else if (result === 'applied') {
      log?.info({ why, version }, 'configuration applied')
    } else {
      // Whoever asked wants an answer, and an alarm wants its end.
      const expected = why === 'signal' || wasRefused
      log?.[expected ? 'info' : 'debug']({ why, version }, 'configuration unchanged and in force')
    }
    if (result !== 'unchanged' || wasRefused) reloaded(report)
    wasRefused = result === 'refused'
  }

  const first = await live.reload('start')
  if (started === null) return { ok: false, faults: first.faults, error: first.error }
  const { control, planes, log, snapshot, flags } = started
  let ports: { port: number; adminPort: number }
  try {
    const adminPort = await control.listen()
    ports = { adminPort, port: await planes.listen() }
  } catch (error) {
    await Promise.all([planes.close(), control.close()])
    log.close()
    return { ok: false, faults: [], error: error as Error }
  }
  control.setReady(true)
  const watch = watchConfig({
    dir,
    clock,
    files: () => live.files,
    onChange: () => void live.reload('file-change'),
  })
  // An edit between the first load and the watch would otherwise wait for the next one.
  await live.reload('file-change')
  const { delayMs, lingerMs, graceMs } = snapshot.process.drain
  let closing = null as Promise<void> | null

  async function leave(): Promise<void> {
    watch.close()
    // Load balancers look away first.
    control.setReady(false)
    await pause(clock, delayMs)
    await planes.close()
    await control.close()
    log.close()
  }

  return {
    ok: true,
    gateway: {
      ...ports,
      adminUrl: adminUrl(snapshot.process.admin, ports.adminPort),
      scheme: snapshot.process.listen.tls === undefined ? 'http' : 'https',
      version: () => live.status.version as string,
      flags,
      status: planes.status,
      closeMs: delayMs + lingerMs + graceMs + 2000,
      reload: () => live.reload('signal'),
      close: () => (closing ??= leave()),
    },
  }
}

function asWritten(snapshot: Snapshot): Snapshot {
  return snapshot
}
