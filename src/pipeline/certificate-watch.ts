import type { Clock } from '../clock.ts'
import type { Snapshot } from '../config/snapshot.ts'
import type { OwnCertificate } from '../config/upstream-tls.ts'
import {
  type CertificateStatus,
  certificateStatuses,
  type ShownCertificates,
} from '../fleet/certificate-status.ts'
import { createCertificateLog } from '../telemetry/certificate-log.ts'
import type { ControlMetrics } from '../telemetry/control-metrics.ts'
import type { Logger } from '../telemetry/log.ts'

export interface CertificateWatchDeps {
  readonly clock: Clock
  readonly log: Logger
  readonly metrics: Pick<ControlMetrics, 'certificateExpiry'>
}

/** How often it is looked whether a certificate has come near its end, in milliseconds. */
const lookMs = 3_600_000

/** Knows how long the certificates in force are good for, and tells. All workers show the same ones. */
export function createCertificateWatch({ clock, log, metrics }: CertificateWatchDeps) {
  const tell = createCertificateLog(log)
  let shown: ShownCertificates = { listenTls: null, adminTls: null, own: [] }
  const stopLooking = clock.every(lookMs, look)

  const statuses = (): CertificateStatus[] => certificateStatuses(shown, clock.now())

  function look(): void {
    tell(statuses(), clock.now())
  }

  return {
    statuses,
    /** Watches those of another snapshot. */
    replace({ listenTls, adminTls, routes }: Snapshot): void {
      shown = { listenTls, adminTls, own: ownCertificates(routes) }
      metrics.certificateExpiry.reset()
      for (const { file, expiresAt } of statuses())
        metrics.certificateExpiry.set({ file }, expiresAt / 1000)
      look()
    },
    close: stopLooking,
  }
}

/** What upstreams are shown, each once however many of them. */
function ownCertificates(routes: Snapshot['routes']): OwnCertificate[] {
  const all = routes.flatMap(({ v1, v2 }) => [v1.tls?.own ?? [], v2?.tls?.own ?? []].flat())
  return [...new Map(all.map(each => [each.file, each])).values()]
}

export type CertificateWatch = ReturnType<typeof createCertificateWatch>
