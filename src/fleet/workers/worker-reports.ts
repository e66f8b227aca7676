import type { ShadowReport } from '../../shadow/report.ts'
import type { ControlPlane } from '../planes.ts'
import { createHeldCounts } from './held-counts.ts'
import { createHeldDifferences } from './held-differences.ts'
import type { PrimaryLink } from './worker-channel.ts'

/**
 * The control plane as a worker reaches it. While a primary does not read, counts are added up here and
 * go as one report, and so does what was compared; a trip waits for nothing, since other workers still send requests to V2.
 */
export function createWorkerReports(link: Pick<PrimaryLink, 'send'>): ControlPlane {
  const counted = createHeldCounts((counts, sent) => link.send({ type: 'counted', counts }, sent))
  const refused = createHeldCounts((counts, sent) => link.send({ type: 'refusals', counts }, sent))
  const differences = createHeldDifferences()
  let isTelling = false

  function tell(report: ShadowReport): void {
    isTelling = true
    link.send({ type: 'compared', report }, () => {
      isTelling = false
      const next = differences.take()
      if (next.length > 0) tell(next)
    })
  }

  return {
    compared(report) {
      if (isTelling) differences.add(report)
      else tell(report)
    },
    tripped: state => link.send({ type: 'tripped', state }),
    counted,
    refused,
  }
}
