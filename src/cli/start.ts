import { randomBytes } from 'node:crypto'
import { hostname } from 'node:os'
import closeWithGrace from 'close-with-grace'
import { monotonicUsec, systemClock } from '../clock.ts'
import { formatFault } from '../config/format-fault.ts'
import { type RunningGateway, type RunOptions, runGateway } from '../run.ts'
import { createLog } from '../telemetry/log.ts'
import { openServiceManager } from './service-manager.ts'

export interface StartOptions {
  /** The configuration directory. */
  readonly dir: string
  readonly env: Readonly<Record<string, string | undefined>>
  /** For people; the log goes to standard output. */
  readonly out: (line: string) => void
  readonly onReload: NonNullable<RunOptions['onReload']>
}

/** Runs a gateway on real time and real chance; null, with the reasons told, when it cannot. */
export async function openGateway(options: StartOptions): Promise<RunningGateway | null> {
  const { dir, out } = options
  const running = await runGateway({
    ...options,
    clock: systemClock,
    randomBytes,
    instanceId: `${hostname()}-${process.pid}`,
    machine: hostname(),
    pid: process.pid,
    openLog: level => createLog(level),
  })
  if (running.ok) return running.gateway
  for (const fault of running.faults) out(formatFault(fault))
  out(
    running.error === null
      ? `Cannot start with ${dir}: fix the faults above, then try again (switchback check ${dir}).`
      : `Cannot start with ${dir}: ${running.error.message}. switchback doctor ${dir} says what else is in the way`,
  )
  return null
}

/** `switchback start`: serves until a signal; exit code 1 when it cannot start. */
export async function start(options: Omit<StartOptions, 'onReload'>): Promise<number> {
  const { dir, env, out } = options
  const clock = systemClock
  const manager = openServiceManager({
    ...{ env, clock, monotonicUsec, pid: process.pid },
    onFailure: out,
  })
  let status = `serves ${dir}`
  const gateway = await openGateway({
    ...options,
    onReload({ result }) {
      const refused = result === 'refused' ? ' as it was: the change to it was refused' : ''
      const before = status
      status = `serves ${dir}${refused}`
      if (status !== before) manager.status(status)
    },
  })
  if (gateway === null) return 1
  const { scheme, port, adminUrl } = gateway
  options.out(`switchback serves ${options.dir} (version ${gateway.version()})`)
  options.out(`  clients  ${scheme}://localhost:${port}`)
  options.out(
    `  admin    ${adminUrl}  the console, in a browser; /status /metrics /health /ready for machines`,
  )
  process.on('SIGHUP', async () => {
    manager.reloading()
    await gateway.reload()
    manager.ready(status)
  })
  manager.ready(status)
  await new Promise<void>(resolve => {
    closeWithGrace({ delay: gateway.closeMs, skip: ['SIGHUP'] }, async ({ err, signal }) => {
      options.out(err ? `Cannot go on: ${err.stack}` : `${signal}: draining`)
      manager.stopping(gateway.closeMs)
      await gateway.close()
      await manager.close()
      resolve()
    })
  })
  return 0
}
