import { randomBytes } from 'node:crypto'
import { styleText } from 'node:util'
import { systemClock } from '../clock.ts'
import type { FlagSource } from '../cohort/flag-source.ts'
import { formatFault } from '../config/format-fault.ts'
import { type RunningGateway, runGateway } from '../run.ts'
import { createLog } from '../telemetry/log.ts'
import { createCallers } from './demo/callers.ts'
import { exampleDir } from './demo/example.ts'
import { introLines } from './demo/intro.ts'
import { liveHeader, liveLine } from './demo/live-line.ts'
import { noticeLines } from './demo/notices.ts'
import { overlay } from './demo/overlay.ts'
import type { Paint } from './demo/paint.ts'
import { type DemoPorts, portFault } from './demo/ports.ts'
import { createRandom } from './demo/random.ts'
import { type SampleService, startSampleService } from './demo/sample-service.ts'
import { sharesInForce } from './demo/shares.ts'
import { summaryLines } from './demo/summary.ts'
import { createTally } from './demo/tally.ts'
import { startTraffic } from './demo/traffic.ts'

export interface DemoOptions {
  /** The configuration directory; the example's by default. */
  readonly dir?: string
  readonly env: Readonly<Record<string, string | undefined>>
  readonly ports: DemoPorts
  /** Ends after this many milliseconds of traffic, with the line of that second; else Ctrl-C ends it. */
  readonly forMs?: number
  /** Requests per second; 0 for none. */
  readonly traffic: number
  readonly out: (line: string) => void
  readonly error: (line: string) => void
}

const users = 10_000
const headerEverySeconds = 20

/** Colours only on a screen that shows them, and never with NO_COLOR. */
const paint: Paint = (style, text) => styleText(style, text, { stream: process.stdout })

/** `switchback demo`: live traffic split between two sample services. Returns the exit code, 0 or 1. */
export async function demo(options: DemoOptions): Promise<number> {
  const { dir = exampleDir, traffic: perSecond, forMs = Infinity, out } = options
  const { promise: ended, resolve: end } = Promise.withResolvers<void>()
  // A second signal finds no listener here and ends the process at once.
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => end())
  // Nobody reads any more, as behind `| head`.
  process.stdout.on('error', () => end())

  await using open = new AsyncDisposableStack()
  const parts = await openParts({ ...options, dir }, open)
  if (parts === null) return 1
  const { gateway, ports } = parts
  // One worker, so they are held here.
  const flags = () => gateway.flags() as FlagSource

  let shares = sharesInForce(flags())
  const flagKind = flags().kind
  const intro = await introLines({ dir, ports, shares, flagKind, perSecond, users }, paint)
  for (const line of intro) out(line)

  const tally = createTally()
  const traffic = startTraffic({
    port: ports.gateway,
    perSecond,
    callers: createCallers(users),
    clock: systemClock,
    random: createRandom(362_436_069),
    onAnswered: tally.add,
  })
  let time = 0
  const stopLines = systemClock.every(1000, () => {
    if (time % headerEverySeconds === 0) out(liveHeader(paint))
    const before = shares
    shares = sharesInForce(flags())
    out(liveLine({ time: ++time, counts: tally.takeSecond(), shares, before }, paint))
    if (time * 1000 >= forMs) end()
  })

  await ended
  stopLines()
  await traffic.stop()
  out('')
  for (const line of summaryLines(tally, sharesInForce(flags()), paint)) out(line)
  return 0
}

interface Parts {
  readonly gateway: RunningGateway
  /** Ports in use. */
  readonly ports: DemoPorts
}

/** Opens the services, then the gateway before them; null, with the reason told, when it cannot. */
async function openParts(
  { dir, env, ports, error }: DemoOptions & { readonly dir: string },
  open: AsyncDisposableStack,
): Promise<Parts | null> {
  let v1: SampleService
  let v2: SampleService
  try {
    const random = createRandom(19_700_101)
    v1 = await startSampleService({
      version: 'v1',
      port: ports.v1,
      latencyMs: 9,
      spreadMs: 12,
      random,
    })
    open.defer(v1.close)
    v2 = await startSampleService({
      version: 'v2',
      port: ports.v2,
      latencyMs: 5,
      spreadMs: 8,
      random,
    })
    open.defer(v2.close)
  } catch (cause) {
    error(portFault(cause, ports) ?? `Cannot start the demo: ${(cause as Error).message}`)
    return null
  }

  const samples = { v1: v1.port, v2: v2.port }
  const running = await runGateway({
    dir,
    env,
    clock: systemClock,
    randomBytes,
    instanceId: 'demo',
    machine: 'demo',
    pid: process.pid,
    openLog: level => createLog(level, { write: line => noticeLines(line).forEach(error) }),
    adjust: snapshot => overlay(snapshot, { ...ports, ...samples }),
  })
  if (!running.ok) {
    for (const fault of running.faults) error(formatFault(fault))
    error(portFault(running.error, ports) ?? cannotStart(dir, running.error))
    return null
  }
  const { gateway } = running
  open.defer(gateway.close)
  return { gateway, ports: { ...samples, gateway: gateway.port, admin: gateway.adminPort } }
}

function cannotStart(dir: string, cause: Error | null): string {
  const why = cause === null ? 'fix the faults above' : cause.message
  return `Cannot start the demo with ${dir}: ${why}`
}
