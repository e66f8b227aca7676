import type { Revocation } from '../../identity/revocation.ts'
import type { RevocationRecord } from '../stores/store.ts'
import type { RevocationRules } from './held-revocations.ts'
import type { ReadRevocation } from './read-revocation.ts'

/** Milliseconds that what has ended stays in a log: for machines whose clocks are late. */
const endedMs = 3_600_000

/** Milliseconds that a record which cannot be read stays: for people, and for gateways that can. */
const badMs = 7 * 86_400_000

export interface ComparedLogsFacts extends Pick<RevocationRules, 'revocationKey'> {
  /** A whole log, in its order. */
  readonly log: readonly RevocationRecord[]
  readonly read: (record: RevocationRecord) => ReadRevocation
  readonly held: () => readonly Revocation[]
  /** Wall-clock milliseconds. */
  readonly now: number
}

/** What a log lacks of what is held, and which of its records say nothing any more. */
export function comparedLogs({ log, read, held, now, revocationKey }: ComparedLogsFacts): {
  readonly missing: readonly Revocation[]
  readonly useless: readonly string[]
} {
  const last = new Map<string, { readonly id: string; readonly until: number }>()
  const useless: string[] = []
  for (const record of log) {
    const { id } = record
    const found = read(record)
    if (!found.ok) {
      if (record.at + badMs <= now) useless.push(id)
      continue
    }
    const { until } = found.revocation
    if (until * 1000 + endedMs <= now) {
      useless.push(id)
      continue
    }
    const key = revocationKey(found.revocation)
    const before = last.get(key)
    if (before !== undefined && before.until >= until) {
      useless.push(id)
      continue
    }
    if (before !== undefined) useless.push(before.id)
    last.set(key, { id, until })
  }
  const missing = held().filter(each => {
    const there = last.get(revocationKey(each))
    return each.until * 1000 > now && (there === undefined || there.until < each.until)
  })
  return { missing, useless }
}
