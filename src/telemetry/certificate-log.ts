import type { CertificateState, CertificateStatus } from '../fleet/certificate-status.ts'
import type { Logger } from './log.ts'

/** What each state means to whoever reads the log; a good one is no news. */
const sentences: Readonly<
  Record<CertificateStatus['shownTo'], Record<Exclude<CertificateState, 'good'>, string>>
> = {
  clients: {
    expiring: 'a certificate for clients expires soon',
    expired: 'a certificate for clients has expired: they refuse to connect',
  },
  operators: {
    expiring: 'the certificate of the admin listener expires soon',
    expired: 'the certificate of the admin listener has expired: operators refuse to connect',
  },
  upstreams: {
    expiring: 'a certificate that upstreams are shown expires soon',
    expired: 'a certificate that upstreams are shown has expired: they refuse it',
  },
}

const dayMs = 86_400_000

/**
 * Warns of certificates that expire: as soon as they do, when another such one takes their place, and
 * once a day until somebody has renewed them. `now` is wall-clock milliseconds.
 */
export function createCertificateLog(log: Logger) {
  const told = new Map<string, { readonly what: string; readonly at: number }>()
  return (statuses: readonly CertificateStatus[], now: number): void => {
    for (const { shownTo, file, names, expiresAt, state } of statuses) {
      const what = `${state} ${expiresAt}`
      const key = `${shownTo} ${file}`
      const before = told.get(key)
      if (before?.what === what && now - before.at < dayMs) continue
      told.set(key, { what, at: now })
      if (state === 'good') continue
      const expires = new Date(expiresAt).toISOString()
      log.warn({ file, names, expires, event: `certificate-${state}` }, sentences[shownTo][state])
    }
  }
}
