import type { GatewayStatus } from './gateway.ts'
import type { LogEvent } from './gateway-log.ts'
import type { Arrival } from './service.ts'

/** What V2 got to see around a trip, worker by worker. */
export interface WorkerTrip {
  readonly worker: number
  /** When this worker switched back; null for never. */
  readonly at: number | null
  /** Requests that it sent to V2 from the first failure until it switched back. */
  readonly asked: number
  /** When its last request arrived at V2; null for none since the first failure. */
  readonly lastArrivalAt: number | null
}

export interface Trip {
  /** The first request that V2 failed. */
  readonly firstFailureAt: number | null
  /** The first worker to switch back. */
  readonly at: number | null
  readonly workers: readonly WorkerTrip[]
}

/**
 * Joins the log of a gateway with what arrived at its V2: which worker sent a request says the log,
 * when it came V2 itself. A V2 that is dead sees nothing; then what the log tells of it counts.
 */
export function tripOf(events: readonly LogEvent[], v2: readonly Arrival[], faultAt: number): Trip {
  const workerOf = new Map<string, number>()
  const switchedAt = new Map<number, number>()
  const asked = new Map<string, number>()
  for (const event of events) {
    const { at, worker } = event
    if (event.type === 'request') {
      workerOf.set(event.id, worker)
      if (event.v2Failed && at >= faultAt) asked.set(event.id, at)
    } else if (event.type === 'switched-back' && !switchedAt.has(worker)) {
      switchedAt.set(worker, at)
    }
  }
  const arrivals = v2.filter(({ at }) => at >= faultAt)
  for (const { id, at } of arrivals) asked.set(id, at)

  const workers = [...new Set([...workerOf.values(), ...switchedAt.keys()])].sort((a, b) => a - b)
  return {
    firstFailureAt: least(asked.values()),
    at: least(switchedAt.values()),
    workers: workers.map(worker => {
      const at = switchedAt.get(worker) ?? null
      const own = [...asked].filter(([id]) => workerOf.get(id) === worker)
      return {
        worker,
        at,
        asked: own.filter(([, askedAt]) => at === null || askedAt <= at).length,
        lastArrivalAt: greatest(
          arrivals.filter(({ id }) => workerOf.get(id) === worker).map(arrival => arrival.at),
        ),
      }
    }),
  }
}

/** Milliseconds from a trip to the last request that a worker started to V2, by the gateway's own account. */
export function lastStartAfter(status: GatewayStatus | null, flag: string): number | null {
  if (status === null) return null
  const latches = status.workers.flatMap(worker =>
    worker.latches.filter(({ state }) => state.flag === flag && state.state === 'tripped'),
  )
  const trippedAt = least(latches.map(({ state }) => state.since))
  if (trippedAt === null || latches.length < status.workers.length) return null
  return greatest(latches.map(({ lastV2At }) => Math.max(0, (lastV2At ?? 0) - trippedAt)))
}

export function least(values: Iterable<number>): number | null {
  const all = [...values]
  return all.length === 0 ? null : Math.min(...all)
}

export function greatest(values: Iterable<number>): number | null {
  const all = [...values]
  return all.length === 0 ? null : Math.max(...all)
}
