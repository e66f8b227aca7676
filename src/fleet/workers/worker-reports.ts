import type { Counts } from '../../guard/observation.ts'
import type { ControlPlane } from '../planes.ts'
import type { PrimaryLink } from './worker-channel.ts'

/**
 * The control plane as a worker reaches it. While a primary does not read, counts are added up here and
 * go as one report; a trip waits for nothing, since other workers still send requests to V2.
 */
export function createWorkerReports(link: Pick<PrimaryLink, 'send'>): ControlPlane {
  /** What was counted while a report is under way; null while none is. */
  let held: Record<string, number> | null = null

  function send(counts: Counts): void {
    held = {}
    link.send({ type: 'counted', counts }, () => {
      const next = held ?? {}
      held = null
      if (Object.keys(next).length > 0) send(next)
    })
  }

  return {
    compared: report => link.send({ type: 'compared', report }),
    tripped: state => link.send({ type: 'tripped', state }),
    counted(counts) {
      if (held === null) {
        send(counts)
        return
      }
      for (const [series, count] of Object.entries(counts)) {
        held[series] = (held[series] ?? 0) + count
      }
    },
  }
}
