import type { Clock } from '../clock.ts'
import type { ListenTls } from '../config/listen-tls.ts'
import { type CertificateStatus, certificateStatuses } from '../fleet/certificate-status.ts'
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
  let inForce: ListenTls | null = null
  const stopLooking = clock.every(lookMs, look)

  const statuses = (): CertificateStatus[] => certificateStatuses(inForce, clock.now())

  function look(): void {
    tell(statuses(), clock.now())
  }

  return {
    statuses,
    /** Watches those of another snapshot. */
    replace(tls: ListenTls | null): void {
      inForce = tls
      metrics.certificateExpiry.reset()
      for (const { file, expiresAt } of statuses())
        metrics.certificateExpiry.set({ file }, expiresAt / 1000)
      look()
    },
    close: stopLooking,
  }
}

export type CertificateWatch = ReturnType<typeof createCertificateWatch>
