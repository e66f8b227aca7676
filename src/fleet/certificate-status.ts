import type { ListenTls, ServedCertificate } from '../config/listen-tls.ts'
import type { OwnCertificate } from '../config/upstream-tls.ts'

/** How long a certificate is good for: to its end, for fewer days than `warnBeforeDays`, or no more. */
export type CertificateState = 'good' | 'expiring' | 'expired'

/** A certificate that clients, operators or upstreams are shown. Plain JSON. */
export interface CertificateStatus {
  readonly shownTo: 'clients' | 'operators' | 'upstreams'
  /** Absolute path of its `certFile`. */
  readonly file: string
  /** Host names that it is shown for; the first certificate may have none, and those for upstreams do not. */
  readonly names: readonly string[]
  /** Wall-clock milliseconds at which the first of its chain expires. */
  readonly expiresAt: number
  readonly state: CertificateState
}

const dayMs = 86_400_000
/** For those that others than clients are shown, where nobody has said `listen.tls.warnBeforeDays`. */
const warnBeforeDaysElse = 14

/** All certificates that are shown. */
export interface ShownCertificates {
  /** Null for cleartext, as for `adminTls`. */
  readonly listenTls: ListenTls | null
  readonly adminTls: ServedCertificate | null
  /** To upstreams. */
  readonly own: readonly OwnCertificate[]
}

/** How the certificates stand at `now`, wall-clock milliseconds. */
export function certificateStatuses(
  { listenTls, adminTls, own }: ShownCertificates,
  now: number,
): CertificateStatus[] {
  const warnMs = (listenTls?.warnBeforeDays ?? warnBeforeDaysElse) * dayMs

  function stateOf(expiresAt: number): CertificateState {
    const leftMs = expiresAt - now
    return leftMs <= 0 ? 'expired' : leftMs < warnMs ? 'expiring' : 'good'
  }

  const statusOf =
    (shownTo: CertificateStatus['shownTo']) =>
    ({ file, names = [], expiresAt }: OwnCertificate & Partial<ServedCertificate>) => ({
      ...{ shownTo, file, names, expiresAt },
      state: stateOf(expiresAt),
    })

  return [
    ...(listenTls?.certificates ?? []).map(statusOf('clients')),
    ...(adminTls === null ? [] : [adminTls]).map(statusOf('operators')),
    ...own.map(statusOf('upstreams')),
  ]
}
