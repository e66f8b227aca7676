import type { SecurityEvent } from '../security/event.ts'
import { ago } from './moment.ts'
import { printable } from './printable.ts'

/** A security event that lasts, in a line of the status. */
export function securityLine(event: SecurityEvent, at: number): string {
  const { kind, client, refusals, since, lastAt } = event
  const who = client ?? 'many clients together'
  return printable(
    `SECURITY: ${kind} of ${who} for ${ago(at - since)}, ${refusals} refusals, the last ${ago(at - lastAt)} ago`,
  )
}
