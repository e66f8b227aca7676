import type { LinkedRoute } from '../config/snapshot.ts'
import type { MismatchFacts, RouteMismatches } from '../shadow/mismatches.ts'
import { type BudgetBook, createBudgetBook } from './budget-book.ts'
import { type Batch, emptyBatch } from './case.ts'
import { createLiveV2, sawLive } from './live-v2.ts'
import { countsOfMismatches, noFacts } from './mismatch-facts.ts'
import type { Counts } from './observation.ts'
import { countsOfPushed, type PushedAnswer, type PushedSignal } from './pushed-signal.ts'
import { readSeriesName, type Series } from './series.ts'
import type { Breach, BudgetVerdict, CountedBy } from './verdict.ts'

/** The fleet's counts are believed so long after they came last; then this machine's are. */
const fleetFreshMs = 10_000

/**
 * After a person's word on differences, pairs that were found before it are still on their way: in the
 * reports of workers, in the sums of the fleet, and from machines that have not heard of it yet.
 */
export const hearsayMs = 10_000

/** Names that are read once; a fleet of other versions may send any. */
const maxNames = 50_000

/**
 * Judges V2 on summed counts, off the request path: this machine's and, where there is a fleet, all
 * machines'. Times are monotonic milliseconds.
 */
export interface Judge {
  /**
   * Takes a report of counts and judges it; returns the breaches that began. To be called every
   * `countsPeriodMs`, also with no counts at all, since a window has to see silence too.
   */
  add(counts: Counts, seenBy: CountedBy, now: number): Breach[]
  /** Pushed numbers as counts, to be given to `add` and to the fleet as a worker's are. */
  countsOf(pushed: PushedSignal): PushedAnswer
  /** Compared pairs as counts, likewise. */
  countsOfPairs(found: readonly RouteMismatches[]): Counts
  /** Whether clients' requests reached V2 of late, as far as the counts tell. */
  isLive(flag: string, now: number): boolean
  /** One for each budget, and scope of it; of the fleet where it is known, else of this machine. */
  verdicts(now: number): BudgetVerdict[]
  /** Forgets what was held for and against V2 of a flag, as after a resume. */
  reset(flag: string): void
  /** Forgets which pairs of a route mismatched, as after a person's word on differences. */
  forgetPairs(route: string, now: number): void
  /** Judges these routes from now on; what did not change keeps its evidence. */
  replace(routes: readonly LinkedRoute[]): void
}

type Books = Map<string, BudgetBook>

/** What a judge has to be told of the pairs that are compared. */
export interface JudgedPairs {
  /** What is known of a route's differences at the time, for a budget that allows such a share. */
  factsOf(route: string, allowed: number): MismatchFacts
  /** Names what is compared with what, and how; null for nothing. */
  basisOf(route: LinkedRoute): string | null
}

const noPairs: JudgedPairs = { factsOf: () => noFacts, basisOf: () => null }

export function createJudge(
  initial: readonly LinkedRoute[],
  { factsOf, basisOf }: JudgedPairs = noPairs,
): Judge {
  let routes = initial
  const live = createLiveV2()
  /** Routes of which no pairs are believed before that time. */
  const deafUntil = new Map<string, number>()
  let keys = keysOf(initial, basisOf)
  const books = { machine: booksOf(initial, 'machine'), fleet: booksOf(initial, 'fleet') }
  const names = new Map<string, Series | null>()
  let fleetHeardAt = Number.NEGATIVE_INFINITY

  function seriesOf(name: string): Series | null {
    const known = names.get(name)
    if (known !== undefined) return known
    if (names.size === maxNames) names.clear()
    const series = readSeriesName(name)
    names.set(name, series)
    return series
  }

  function isHearsay({ rule, route }: BudgetBook, now: number): boolean {
    return rule.signal === 'mismatch' && now < (deafUntil.get(route) ?? Number.NEGATIVE_INFINITY)
  }

  return {
    add(counts, seenBy, now) {
      if (seenBy === 'fleet') fleetHeardAt = now
      for (const [name, count] of Object.entries(counts)) {
        const series = seriesOf(name)
        if (series === null || !(count > 0 && count < Number.MAX_SAFE_INTEGER)) continue
        const book = books[seenBy].get(bookName(series))
        if (book === undefined || isHearsay(book, now)) continue
        book.add(series.scope, batchOf(series, count), now)
      }
      return [...books[seenBy].values()].flatMap(book => {
        const hasLiveV2 = sawLive(counts, book.flag)
        if (hasLiveV2) live.saw(book.flag, now)
        return book.judge(now, hasLiveV2, () => factsOf(book.route, book.rule.allowed))
      })
    },
    countsOf: pushed => countsOfPushed(routes, pushed),
    countsOfPairs: found => countsOfMismatches(routes, found),
    isLive: live.isLive,
    verdicts(now) {
      const believed = now - fleetHeardAt < fleetFreshMs ? books.fleet : books.machine
      return [...believed.values()].flatMap(book =>
        book.verdicts(now, () => factsOf(book.route, book.rule.allowed)),
      )
    },
    reset(flag) {
      live.forget(flag)
      for (const book of [...books.machine.values(), ...books.fleet.values()]) {
        if (book.flag === flag) book.reset()
      }
    },
    forgetPairs(route, now) {
      deafUntil.set(route, now + hearsayMs)
      for (const book of [...books.machine.values(), ...books.fleet.values()]) {
        if (book.route === route && book.rule.signal === 'mismatch') book.reset()
      }
    },
    replace(next) {
      const nextKeys = keysOf(next, basisOf)
      for (const seenBy of ['machine', 'fleet'] as const) {
        const fresh = booksOf(next, seenBy)
        for (const name of fresh.keys()) {
          const kept = books[seenBy].get(name)
          if (kept !== undefined && keys.get(name) === nextKeys.get(name)) fresh.set(name, kept)
        }
        books[seenBy] = fresh
      }
      routes = next
      keys = nextKeys
    },
  }
}

function bookName({ route, budget }: Pick<Series, 'route' | 'budget'>): string {
  return JSON.stringify([route, budget])
}

function booksOf(routes: readonly LinkedRoute[], seenBy: CountedBy): Books {
  const books: Books = new Map()
  for (const { name: route, flag, v2, rules } of routes) {
    if (flag === undefined || v2 === undefined) continue
    for (const rule of rules.budgets) {
      books.set(
        bookName({ route, budget: rule.id }),
        createBudgetBook({ route, flag, rule, seenBy }),
      )
    }
  }
  return books
}

/**
 * What must be the same for evidence to be kept: the rule, the flag, and the services themselves. Of
 * mismatches what is compared, and how, in their place: they are not judged by how many copies there may be.
 */
function keysOf(
  routes: readonly LinkedRoute[],
  basisOf: JudgedPairs['basisOf'],
): Map<string, string> {
  const keys = new Map<string, string>()
  for (const linked of routes) {
    const { name: route, flag, v1, v2, rules } = linked
    for (const rule of rules.budgets) {
      const judged = rule.signal === 'mismatch' ? basisOf(linked) : [v1, v2]
      keys.set(bookName({ route, budget: rule.id }), JSON.stringify([rule, flag, judged]))
    }
  }
  return keys
}

function batchOf({ variant, what }: Series, count: number): Batch {
  const batch = emptyBatch()
  if (typeof what === 'number') batch[variant].steps.set(what, count)
  else batch[variant][what] = count
  return batch
}
