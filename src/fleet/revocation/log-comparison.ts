import type { Revocation } from '../../identity/revocation.ts'
import type { RevocationRecord } from '../stores/store.ts'
import type { RevocationRules } from './held-revocations.ts'
import type { ReadRevocation } from './read-revocation.ts'

/** Milliseconds that what has ended stays in a log: for machines whose clocks are late. */
const endedMs = 3_600_000

/** Milliseconds that a record which cannot be read stays: for people, and for gateways that can. */
const badMs = 7 * 86_400_000

export interface LogComparisonDeps extends Pick<RevocationRules, 'revocationKey'> {
  readonly read: (record: RevocationRecord) => ReadRevocation
  /** Wall-clock milliseconds. */
  readonly now: number
}

/**
 * Compares a log with what is held, a page at a time: of the log no more is kept than what it says in
 * the end.
 */
export function createLogComparison({ read, now, revocationKey }: LogComparisonDeps) {
  const last = new Map<string, { readonly id: string; readonly until: number }>()

  /** The record that says nothing any more, now that this one was read; null for none. */
  function uselessBy(record: RevocationRecord): string | null {
    const { id } = record
    const found = read(record)
    if (!found.ok) return record.at + badMs <= now ? id : null
    const { until } = found.revocation
    if (until * 1000 + endedMs <= now) return id
    const key = revocationKey(found.revocation)
    const before = last.get(key)
    if (before !== undefined && before.until >= until) return id
    last.set(key, { id, until })
    return before?.id ?? null
  }

  return {
    /** Takes the next page of the log; the ids of records, of this page or before, that say nothing any more. */
    take: (page: readonly RevocationRecord[]): readonly string[] =>
      page.flatMap(record => uselessBy(record) ?? []),
    /** What the log lacks of what is held, once it was taken whole. */
    missing: (held: readonly Revocation[]): readonly Revocation[] =>
      held.filter(each => {
        const there = last.get(revocationKey(each))
        return each.until * 1000 > now && (there === undefined || there.until < each.until)
      }),
  }
}
