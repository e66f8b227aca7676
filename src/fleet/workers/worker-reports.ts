import type { UserReport } from '../../experiment/user-tally.ts'
import type { HistoryReport } from '../../history/report.ts'
import type { ShadowReport } from '../../shadow/report.ts'
import type { ControlPlane } from '../planes.ts'
import { createHeldCounts } from './held-counts.ts'
import { createHeldDifferences } from './held-differences.ts'
import { createHeldHistory } from './held-history.ts'
import { createHeldUsers } from './held-users.ts'
import type { PrimaryLink } from './worker-channel.ts'

/**
 * The control plane as a worker reaches it. While a primary does not read, counts are added up here and
 * go as one report, and so does what was compared; a trip waits for nothing, since other workers still send requests to V2.
 */
export function createWorkerReports(link: Pick<PrimaryLink, 'send'>): ControlPlane {
  const counted = createHeldCounts((counts, sent) => link.send({ type: 'counted', counts }, sent))
  const refused = createHeldCounts((counts, sent) => link.send({ type: 'refusals', counts }, sent))
  const compared = oneAtATime<ShadowReport>(createHeldDifferences(), (report, sent) =>
    link.send({ type: 'compared', report }, sent),
  )
  const did = oneAtATime<HistoryReport>(createHeldHistory(), (report, sent) =>
    link.send({ type: 'did', report }, sent),
  )

  const usersSeen = oneAtATime<UserReport>(createHeldUsers(), (report, sent) =>
    link.send({ type: 'users', report }, sent),
  )

  return {
    compared,
    did,
    usersSeen,
    stayed: (rows, taken) => link.send({ type: 'stayed', rows }, taken),
    tripped: state => link.send({ type: 'tripped', state }),
    counted,
    refused,
  }
}

/** Reports that wait while one is under way, as few as there can be. */
interface Held<Report> {
  add(report: Report): void
  take(): Report
}

/** Sends one report at a time; `sent` is to be called when the other side has taken it. */
function oneAtATime<Report extends readonly object[]>(
  held: Held<Report>,
  send: (report: Report, sent: () => void) => void,
): (report: Report) => void {
  let isTelling = false

  function tell(report: Report): void {
    isTelling = true
    send(report, () => {
      isTelling = false
      const next = held.take()
      if (next.length > 0) tell(next)
    })
  }

  return report => {
    if (isTelling) held.add(report)
    else tell(report)
  }
}
