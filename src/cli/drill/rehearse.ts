import { setTimeout as wait } from 'node:timers/promises'
import type { GatewayStatus } from '../../fleet/gateway-status.ts'
import type { LatchAnswer } from '../../fleet/latch/latch-keeper.ts'
import type { LatchState } from '../../guard/latch-state.ts'
import type { AdminTarget } from '../admin-client.ts'
import { userName } from '../change-latch.ts'
import { askOrThrow, DrillFault } from './ask-or-throw.ts'
import { areWithin, type DrillReport, drilledWorkers } from './drill-report.ts'
import { createAuditReader, settledEvents } from './settled-events.ts'
import { sendTesterTraffic, type TesterTraffic } from './tester-traffic.ts'
import { objectionTo, testersOnV2, workersWithTesters } from './testers-seen.ts'

export interface RehearsalOptions extends AdminTarget {
  readonly flag: string
  /** Most milliseconds from the trip to the last V2 request of any worker. */
  readonly withinMs: number
  /** Asked with GET all the while; without it, testers must be there already. */
  readonly url?: string | undefined
  /** By which the gateway knows the tester at `url`. */
  readonly headers: Readonly<Record<string, string>>
  /** Requests per second to `url`. */
  readonly traffic: number
  /** The testers are on V1 now. */
  readonly onBegun: () => void
}

/** Milliseconds that testers have to reach V2, before and after. */
const reachMs = 5000
const lookMs = 100

/**
 * Switches the testers back, measures, and ends that whatever happens; its own traffic runs meanwhile,
 * where it is asked for. Throws `DrillFault`, and what `signal` throws.
 */
export async function rehearse(
  options: RehearsalOptions,
  signal: AbortSignal,
): Promise<DrillReport> {
  const { flag, url, headers, traffic: perSecond } = options
  const objection = objectionTo(flag, await askOrThrow<GatewayStatus>(options, '/status'))
  if (objection !== null) throw new DrillFault(objection)
  const traffic = url === undefined ? null : sendTesterTraffic({ url, headers, perSecond })
  try {
    return await measured(options, traffic, signal)
  } finally {
    traffic?.stop()
  }
}

async function measured(
  options: RehearsalOptions,
  traffic: TesterTraffic | null,
  signal: AbortSignal,
): Promise<DrillReport> {
  const { flag, withinMs, onBegun } = options
  const { machine, stores, workers: own } = await untilTesters(options, traffic, signal)
  const read = createAuditReader(options)
  await read()
  const trip = (await changeDrill(options, 'drill')).state
  let ended: LatchState
  let machines: Awaited<ReturnType<typeof settledEvents>>
  try {
    onBegun()
    machines = await settledEvents({ read, trip, isFleet: stores.shared !== null, signal })
  } finally {
    ended = await endDrill(options)
  }
  const here = drilledWorkers(trip, machines).filter(
    each => each.machine === machine && each.hadTesters && own.some(({ pid }) => pid === each.pid),
  )
  const pids = here.map(({ pid }) => pid)
  const again = await untilV2Again(options, ended, pids, signal)
  const workers = drilledWorkers(trip, machines, { machine, pids, again })
  return {
    flag,
    withinMs,
    isWithin: areWithin(workers, withinMs),
    workers,
    traffic: traffic?.counts() ?? null,
  }
}

/** Begins or ends a drill in the name of who runs the command. */
export function changeDrill(
  options: AdminTarget & { readonly flag: string },
  to: 'drill' | 'drill/end',
) {
  const path = `/latches/${encodeURIComponent(options.flag)}/${to}`
  type Done = Extract<LatchAnswer, { done: true }>
  return askOrThrow<Done>(options, path, { who: userName(options.env) })
}

/** Ends the drill whatever came of it, or says who has to. */
async function endDrill(options: RehearsalOptions): Promise<LatchState> {
  try {
    return (await changeDrill(options, 'drill/end')).state
  } catch (cause) {
    const { message, exitCode } = cause as DrillFault
    throw new DrillFault(
      `The drill of ${options.flag} could not be ended, so that its testers stay on V1 (nobody else does): try --end. ${message}`,
      exitCode,
    )
  }
}

/** The status, once testers are on V2. Refuses where a drill would show nothing. */
async function untilTesters(
  options: RehearsalOptions,
  traffic: TesterTraffic | null,
  signal: AbortSignal,
): Promise<GatewayStatus> {
  for (let leftMs = traffic === null ? 0 : reachMs; ; leftMs -= lookMs) {
    const status = await askOrThrow<GatewayStatus>(options, '/status')
    const count = workersWithTesters(options.flag, status)
    // Traffic of its own reaches every worker; what is there already may have its own ways.
    if (count === status.workers.length || (leftMs <= 0 && count > 0)) return status
    if (leftMs <= 0) break
    await wait(lookMs, undefined, { signal })
  }
  throw new DrillFault(noTesters(options, traffic))
}

function noTesters({ flag, url }: RehearsalOptions, traffic: TesterTraffic | null): string {
  const rule = `Cannot drill ${flag}: V2 must have had a request of one of the policy's testers in the last 2 s, received none.`
  if (traffic === null) return `${rule} Send some with --url and --header.`
  const { requests, failed } = traffic.counts()
  return `${rule} ${url} was asked ${requests} times (${failed} failed): do its headers name a tester, and does the flag give that tester V2?`
}

/** The workers, of those asked for, in which testers are on V2 again. */
async function untilV2Again(
  options: RehearsalOptions,
  { since }: LatchState,
  pids: readonly number[],
  signal: AbortSignal,
): Promise<ReadonlySet<number>> {
  for (let leftMs = reachMs; ; leftMs -= lookMs) {
    const status = await askOrThrow<GatewayStatus>(options, '/status')
    const seen = testersOnV2(options.flag, status)
    const again = new Set(pids.filter(pid => (seen.get(pid) ?? 0) > since))
    if (again.size === pids.length || leftMs <= 0) return again
    await wait(lookMs, undefined, { signal })
  }
}
