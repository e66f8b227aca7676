import type { Clock } from '../../clock.ts'
import type { PlaneStatus } from '../planes.ts'
import { pauseUnless } from './attempts.ts'
import { type V1Finding, type V1Seen, validateV1 } from './v1-finding.ts'

/** Milliseconds over which V1 is watched after a switch back. */
const watchMs = 8000

/** Milliseconds between two looks. */
const lookMs = 1000

export interface V1Eyes {
  /** Requests of the flag's routes that V1 had so far, on this machine. */
  readonly counts: (flag: string) => Pick<V1Seen, 'requests' | 'failed'>
  readonly health: (flag: string) => Promise<Pick<V1Seen, 'healthy' | 'unhealthy'>>
}

/** Watches V1 bear all the traffic and says how it does; null when told to stop. */
export async function watchV1(
  clock: Clock,
  flag: string,
  { counts, health }: V1Eyes,
  signal: AbortSignal,
): Promise<V1Finding | null> {
  const before = counts(flag)
  const begunAt = clock.monotonic()
  while (!signal.aborted) {
    await pauseUnless(clock, lookMs, signal)
    const now = counts(flag)
    const seen = {
      // A worker that died may have taken counts with it.
      requests: Math.max(0, now.requests - before.requests),
      failed: Math.max(0, now.failed - before.failed),
      ...(await health(flag)),
    }
    const finding = validateV1(seen, clock.monotonic() - begunAt >= watchMs)
    if (finding !== null && !signal.aborted) return finding
  }
  return null
}

/** What active checks say of the V1 origins of a flag; an origin is healthy that any worker finds so. */
export function v1HealthOf(
  flag: string,
  workers: readonly PlaneStatus[],
): Pick<V1Seen, 'healthy' | 'unhealthy'> {
  const found = new Map<string, boolean>()
  for (const { routes } of workers) {
    for (const route of routes) {
      if (route.flag !== flag) continue
      for (const { origin, health } of route.v1) {
        if (health === 'unchecked') continue
        found.set(origin, health === 'healthy' || found.get(origin) === true)
      }
    }
  }
  const healthy = [...found.values()].filter(Boolean).length
  return { healthy, unhealthy: found.size - healthy }
}
