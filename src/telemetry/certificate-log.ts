import type { CertificateState, CertificateStatus } from '../fleet/certificate-status.ts'
import type { Logger } from './log.ts'

/** What each state means to whoever reads the log; a good one is no news. */
const sentences: Readonly<Record<Exclude<CertificateState, 'good'>, string>> = {
  expiring: 'a certificate for clients expires soon',
  expired: 'a certificate for clients has expired: they refuse to connect',
}

const dayMs = 86_400_000

/**
 * Warns of certificates that expire: as soon as they do, when another such one takes their place, and
 * once a day until somebody has renewed them. `now` is wall-clock milliseconds.
 */
export function createCertificateLog(log: Logger) {
  const told = new Map<string, { readonly what: string; readonly at: number }>()
  return (statuses: readonly CertificateStatus[], now: number): void => {
    for (const { file, names, expiresAt, state } of statuses) {
      const what = `${state} ${expiresAt}`
      const before = told.get(file)
      if (before?.what === what && now - before.at < dayMs) continue
      told.set(file, { what, at: now })
      if (state === 'good') continue
      const expires = new Date(expiresAt).toISOString()
      log.warn({ file, names, expires, event: `certificate-${state}` }, sentences[state])
    }
  }
}
