import type { AuditEntry } from '../../fleet/stores/store.ts'

/** What of the audit somebody wants to see; empty for all. */
export interface Wanted {
  readonly event: string
  /** Part of the name of a flag or route, in any case. */
  readonly subject: string
}

export function isEverything({ event, subject }: Wanted): boolean {
  return event === '' && subject === ''
}

export function isWanted(
  { event, subject }: Pick<AuditEntry, 'event' | 'subject'>,
  wanted: Wanted,
): boolean {
  if (wanted.event !== '' && wanted.event !== event) return false
  if (wanted.subject === '') return true
  return (subject ?? '').toLowerCase().includes(wanted.subject.toLowerCase())
}

/** The address of what is wanted, as `?event=…&subject=…`; empty for all. */
export function queryOf(wanted: Wanted): string {
  const said = Object.entries(wanted).filter(([, value]) => value !== '')
  return said.length === 0 ? '' : `?${new URLSearchParams(said)}`
}
