import type { Snapshot } from '../config/snapshot.ts'
import type { LatchCell } from '../guard/latches.ts'
import type { Logger } from '../telemetry/log.ts'
import type { Tunnels } from '../upstream/tunnel/tunnels.ts'
import type { Streams } from './streams.ts'

export interface SwitchBackDeps {
  readonly tunnels: Tunnels
  readonly streams: Streams
  readonly snapshot: () => Snapshot
  readonly log: Logger
}

/** RFC 6455 section 7.4.1 by way of IANA's registry: Service Restart, which clients answer by reconnecting. */
const serviceRestart = 1012

/**
 * Sends what lasts long on V2 back to V1 after a trip: new requests go there anyway. The most patient
 * of the policies that share the flag decides how long that may take.
 */
export function createSwitchBack({ tunnels, streams, snapshot, log }: SwitchBackDeps) {
  return async function switchBack({ flag, state }: LatchCell): Promise<void> {
    const rules = snapshot()
      .routes.filter(route => route.flag === flag)
      .map(route => route.rules.switchBack)
    if (rules.length === 0) return
    const jitterMs = Math.max(...rules.map(rule => rule.jitterMs))
    const limitMs = Math.max(jitterMs, ...rules.map(rule => rule.drainMs))
    const { reason, by, evidence } = state
    log.warn({ flag, reason, by, evidence: evidence?.text }, 'switched back: all traffic to V1')
    streams.switchBack(flag, { jitterMs, limitMs })
    await tunnels.closeAll(serviceRestart, 'switched back', { v2Of: flag, jitterMs, limitMs })
  }
}
