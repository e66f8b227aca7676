import type { ListenTls } from '../config/listen-tls.ts'
import type { OwnCertificate } from '../config/upstream-tls.ts'

/** How long a certificate is good for: to its end, for fewer days than `warnBeforeDays`, or no more. */
export type CertificateState = 'good' | 'expiring' | 'expired'

/** A certificate that clients or upstreams are shown. Plain JSON. */
export interface CertificateStatus {
  readonly shownTo: 'clients' | 'upstreams'
  /** Absolute path of its `certFile`. */
  readonly file: string
  /** Host names that it is shown for; the first certificate may have none, and those for upstreams do not. */
  readonly names: readonly string[]
  /** Wall-clock milliseconds at which the first of its chain expires. */
  readonly expiresAt: number
  readonly state: CertificateState
}

const dayMs = 86_400_000
/** For those that upstreams are shown, where nobody has said `listen.tls.warnBeforeDays`. */
const warnBeforeDaysElse = 14

/**
 * How the certificates stand at `now`, wall-clock milliseconds: of the client listener, null for
 * cleartext, and those that upstreams are shown.
 */
export function certificateStatuses(
  tls: ListenTls | null,
  own: readonly OwnCertificate[],
  now: number,
): CertificateStatus[] {
  const warnMs = (tls?.warnBeforeDays ?? warnBeforeDaysElse) * dayMs

  function stateOf(expiresAt: number): CertificateState {
    const leftMs = expiresAt - now
    return leftMs <= 0 ? 'expired' : leftMs < warnMs ? 'expiring' : 'good'
  }

  return [
    ...(tls?.certificates ?? []).map(
      ({ file, names, expiresAt }) =>
        ({ shownTo: 'clients', file, names, expiresAt, state: stateOf(expiresAt) }) as const,
    ),
    ...own.map(
      ({ file, expiresAt }) =>
        ({ shownTo: 'upstreams', file, names: [], expiresAt, state: stateOf(expiresAt) }) as const,
    ),
  ]
}
