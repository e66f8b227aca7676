import type { Clock } from '../../clock.ts'
import type { Revocation } from '../../identity/revocation.ts'
import type { RevocationRecord, Store } from '../stores/store.ts'
import type { Held, RevocationRules } from './held-revocations.ts'
import { createLogComparison } from './log-comparison.ts'
import { fieldsOf, type ReadRevocation, type RevocationFault } from './read-revocation.ts'

/** Milliseconds between two looks at what was added: the most that a lost message costs. */
export const lookMs = 500

/** Milliseconds between two comparisons of the whole log with what is held. */
const compareMs = 60_000

/** Milliseconds until a comparison is made once something could not be added, or the store was away. */
const soonMs = 1000

/** Milliseconds until a comparison that failed, of a store that can be read, is made again: it reads all. */
const retryMs = 5000

/** Records read or added in one call. */
const pageSize = 500

export interface RevocationFeedDeps {
  readonly store: Store
  readonly clock: Clock
  readonly rules: RevocationRules
  readonly read: (record: RevocationRecord) => ReadRevocation
  readonly hold: (revocation: Revocation) => Held
  /** What this machine holds. */
  readonly held: () => readonly Revocation[]
  /** Hears of what became news by being held, a page at once. */
  readonly onNews: (news: readonly Revocation[]) => void
  /** Hears of what is left out, once as long as the store can be reached. */
  readonly onBad: (fault: RevocationFault, id: string) => void
  /** Hears after each look whether something waits for room. */
  readonly onWaiting: (waiting: boolean) => void
}

/**
 * Keeps this machine and one log of revocations of one mind: reads what was added, in order and from
 * where it was; and now and then, or when the store is back, all of it, to learn what it missed, to add
 * what it lacks and to take out what says nothing any more.
 */
export function createRevocationFeed(deps: RevocationFeedDeps) {
  const { store, clock, rules } = deps
  /** The last record that was dealt with. */
  let cursor: string | null = null
  let compareAt = Number.NEGATIVE_INFINITY
  let looking: Promise<void> | null = null
  let lookAgain = false
  /** Whether the log was read to its end once. */
  let isRead = false
  const stops: (() => void)[] = []

  /** Deals with records in order, as far as there is room; with how many. */
  function learn(records: readonly RevocationRecord[], onBad: typeof deps.onBad): number {
    const news: Revocation[] = []
    let count = 0
    for (const record of records) {
      const found = deps.read(record)
      if (!found.ok) {
        onBad(found.fault, record.id)
      } else if (found.revocation.until * 1000 > clock.now()) {
        const held = deps.hold(found.revocation)
        if (held === 'full') break
        if (held === 'news') news.push(found.revocation)
      }
      count++
    }
    if (news.length > 0) deps.onNews(news)
    return count
  }

  /** Deals with what is new; whether with all of it. What has no room, and what is behind it, is read again with the next look. */
  function take(records: readonly RevocationRecord[]): boolean {
    const count = learn(records, deps.onBad)
    cursor = records[count - 1]?.id ?? cursor
    return count === records.length
  }

  /** Whether all of it found room. */
  async function readNews(): Promise<boolean> {
    for (;;) {
      const page = await store.readRevocations(cursor, pageSize)
      const isWhole = take(page)
      if (isWhole && page.length === pageSize) continue
      deps.onWaiting(!isWhole)
      return isWhole
    }
  }

  async function compare(): Promise<void> {
    const comparison = createLogComparison({ ...deps, ...rules, now: clock.now() })
    for (let after: string | null = null; ; ) {
      const page = await store.readRevocations(after, pageSize)
      // Known, all of it, unless the log began anew without a word, or a clock was wrong when it was read.
      if (learn(page, () => {}) < page.length) cursor = null
      const useless = comparison.take(page)
      if (useless.length > 0) await store.dropRevocations(useless)
      if (page.length < pageSize) break
      after = page.at(-1)?.id ?? null
    }
    const missing = comparison.missing(deps.held())
    for (const some of inPages(missing)) await store.addRevocations(some.map(fieldsOf))
  }

  async function lookOnce(): Promise<void> {
    let isWhole: boolean
    try {
      isWhole = await readNews()
      isRead = true
    } catch {
      // The store says itself that it is down. When it is back it may be another, with a log that
      // begins anew.
      cursor = null
      compareAt = clock.monotonic() + soonMs
      return
    }
    // A log that is longer than what there is room for is compared once it is not.
    if (!isWhole || clock.monotonic() < compareAt) return
    compareAt = clock.monotonic() + compareMs
    await compare().catch(() => {
      compareAt = clock.monotonic() + retryMs
    })
  }

  async function lookOften(): Promise<void> {
    do {
      lookAgain = false
      await lookOnce()
    } while (lookAgain)
  }

  function look(): void {
    looking ??= lookOften().finally(() => {
      looking = null
    })
  }

  return {
    /** Resolves after the first look with whether all could be read; as bounded as every call of the store. */
    async start(): Promise<boolean> {
      stops.push(
        store.onRevocations(() => {
          // The look under way may have read past it already, or not.
          lookAgain = true
          look()
        }),
      )
      look()
      await looking
      stops.push(clock.every(lookMs, look))
      return isRead
    },
    /** Something could not be added: all that is missing is, as soon as it can be. */
    compareSoon(): void {
      compareAt = Math.min(compareAt, clock.monotonic() + soonMs)
    },
    async close(): Promise<void> {
      for (const stop of stops) stop()
      await looking
    },
  }
}

export type RevocationFeed = ReturnType<typeof createRevocationFeed>

function inPages<T>(all: readonly T[]): readonly (readonly T[])[] {
  const pages: T[][] = []
  for (let at = 0; at < all.length; at += pageSize) pages.push(all.slice(at, at + pageSize))
  return pages
}
