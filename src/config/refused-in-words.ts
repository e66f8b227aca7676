import { formatFault } from './format-fault.ts'
import type { LiveStatus } from './live.ts'

/** The status of a live configuration as it is told: an error stands there as its message. */
export type ToldStatus = Omit<LiveStatus, 'error'> & { readonly error: string | null }

/** Why the files as they are now are not in force: the first fault, and how many more; null when they are. */
export function refusedInWords({
  faults,
  error,
}: Pick<ToldStatus, 'faults' | 'error'>): string | null {
  const [first, ...others] = faults
  if (first === undefined) return error
  const more = others.length === 0 ? '' : `; and ${others.length} more`
  return `${formatFault(first)}${more}`
}
