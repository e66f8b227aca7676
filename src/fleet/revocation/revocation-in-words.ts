import { createHash } from 'node:crypto'
import type { Revocation } from '../../identity/revocation.ts'

/**
 * What stands for a value wherever it is written down for long: the beginning of its SHA-256, by which
 * whoever knows the value can find it (`printf %s <value> | sha256sum`), and nobody reads it off.
 */
export function valueShown(value: string): string {
  return `sha256:${createHash('sha256').update(value).digest('hex').slice(0, 16)}`
}

/** Such as: ada revoked sub sha256:… of every issuer, tokens from before 2026-11-21T12:00:00Z, until … */
export function revokedInWords(who: string, revocation: Revocation): string {
  const { kind, value, issuer, before, until } = revocation
  const whose = issuer === null ? 'every issuer' : issuer
  const which = before === null ? '' : `, tokens from before ${moment(before)}`
  return `${who} revoked ${kind} ${valueShown(value)} of ${whose}${which}, until ${moment(until)}`
}

function moment(seconds: number): string {
  return new Date(seconds * 1000).toISOString().replace('.000Z', 'Z')
}
