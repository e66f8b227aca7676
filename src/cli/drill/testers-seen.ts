import type { GatewayStatus } from '../../fleet/gateway-status.ts'
import { drillOf } from '../../guard/latch-state.ts'

/** Milliseconds for which a request of a tester to V2 counts as traffic that is there now. */
export const freshMs = 2000

/** Why a drill would show nothing or do harm; null when it may begin. */
export function objectionTo(flag: string, { latches }: GatewayStatus): string | null {
  const own = latches.find(latch => latch.flag === flag)
  if (own === undefined) {
    return `Cannot drill ${flag}: it must be a flag that a route names, received "${flag}"`
  }
  if (own.state.state === 'tripped') {
    return `Cannot drill ${flag}: its latch must be open, received tripped (by ${own.state.by}): all traffic is on V1`
  }
  const drill = latches.find(latch => latch.flag === drillOf(flag))
  if (drill?.state.state === 'tripped') {
    return `Cannot drill ${flag}: no drill of it may be under way, received one by ${drill.state.by}. If it was left over, end it with --end`
  }
  return null
}

/** By worker, when a tester's request to V2 last started there (wall-clock milliseconds). */
export function testersOnV2(flag: string, { workers }: GatewayStatus): ReadonlyMap<number, number> {
  const drill = drillOf(flag)
  return new Map(
    workers.flatMap(({ pid, latches }) => {
      const lastV2At = latches.find(({ state }) => state.flag === drill)?.lastV2At ?? null
      return lastV2At === null ? [] : [[pid, lastV2At] as const]
    }),
  )
}

/** In how many of its workers this machine has testers on V2 now. */
export function workersWithTesters(flag: string, status: GatewayStatus): number {
  return [...testersOnV2(flag, status).values()].filter(at => status.at - at <= freshMs).length
}
