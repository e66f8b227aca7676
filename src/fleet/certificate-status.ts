import type { ListenTls } from '../config/listen-tls.ts'

/** How long a certificate is good for: to its end, for fewer days than `warnBeforeDays`, or no more. */
export type CertificateState = 'good' | 'expiring' | 'expired'

/** A certificate that clients are shown. Plain JSON. */
export interface CertificateStatus {
  /** Absolute path of its `certFile`. */
  readonly file: string
  /** Host names that it is shown for; the first certificate may have none. */
  readonly names: readonly string[]
  /** Wall-clock milliseconds at which the first of its chain expires. */
  readonly expiresAt: number
  readonly state: CertificateState
}

const dayMs = 86_400_000

/** How the certificates of the client listener stand at `now`, wall-clock milliseconds; none for cleartext. */
export function certificateStatuses(tls: ListenTls | null, now: number): CertificateStatus[] {
  if (tls === null) return []
  const { certificates, warnBeforeDays } = tls
  return certificates.map(({ file, names, expiresAt }) => {
    const leftMs = expiresAt - now
    const state = leftMs <= 0 ? 'expired' : leftMs < warnBeforeDays * dayMs ? 'expiring' : 'good'
    return { file, names, expiresAt, state }
  })
}
