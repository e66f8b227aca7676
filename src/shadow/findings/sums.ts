import type { Sample } from '../difference.ts'
import type { RouteReport } from '../report.ts'
import { placesToFold, renamed, withFewerTogether } from './fold.ts'
import { elsewhere, placeOf } from './place.ts'
import { type Counts, emptyStretch, plusCounts, type Stretch, stretchOf, sumOf } from './stretch.ts'

/** When a place was seen to differ, and how. Wall-clock milliseconds. */
export interface History {
  readonly firstAt: number
  readonly lastAt: number
  /** When it was found to be real, which it stays: what was proven once is not unproven by what follows. */
  readonly realAt: number | null
  /** Newest first. */
  readonly samples: readonly Sample[]
}

/** All that one machine saw of a route under one basis, bounded whatever the answers hold. */
export interface Sums {
  readonly basis: string
  /** Wall-clock milliseconds. */
  readonly since: number
  /** The newest request to forget that was followed, by the wall clock of who asked; 0 for none. */
  readonly forgotten: number
  readonly inAll: Stretch
  /** The last two, newest last: what is of late. */
  readonly late: readonly Stretch[]
  /** Buckets of latency-buckets.ts → pairs. */
  readonly latency: { readonly shadow: Counts; readonly noise: Counts }
  readonly histories: ReadonlyMap<string, History>
}

/** A stretch of late is over after five minutes, or after fifteen seconds once it says enough. */
export const stretchMs = 300_000
const pairsThatSayEnough = 1000
const shortestMs = 15_000

export const samplesKept = 3

export function noSums(basis: string, since: number, forgotten: number): Sums {
  return {
    ...{ basis, since, forgotten },
    inAll: emptyStretch(since),
    late: [],
    latency: { shadow: {}, noise: {} },
    histories: new Map(),
  }
}

/** The sums with a report of the same basis. */
export function withReport(sums: Sums, report: RouteReport, now: number): Sums {
  const added = stretchOf(report, now)
  const { shadow, unrepeatable, noise } = report
  return folded({
    ...sums,
    inAll: sumOf(sums.inAll, added),
    late: lateWith(sums.late, added),
    latency: {
      shadow: plusCounts(sums.latency.shadow, plusCounts(shadow.latency, unrepeatable.latency)),
      noise: plusCounts(sums.latency.noise, noise.latency),
    },
    histories: historiesWith(sums.histories, added, report.samples),
  })
}

function lateWith(late: readonly Stretch[], added: Stretch): readonly Stretch[] {
  const last = late.at(-1)
  if (last === undefined || isOver(last, added.from)) return [...late, added].slice(-2)
  return [...late.slice(0, -1), sumOf(last, added)]
}

function isOver({ from, compared }: Stretch, now: number): boolean {
  const lasted = now - from
  const pairs = compared.shadow + compared.unrepeatable
  // Time that went back ends it, too.
  return lasted >= stretchMs || lasted < 0 || (lasted >= shortestMs && pairs >= pairsThatSayEnough)
}

function historiesWith(
  before: ReadonlyMap<string, History>,
  added: Stretch,
  samples: readonly Sample[],
): ReadonlyMap<string, History> {
  const histories = new Map(before)
  for (const place of added.seen.keys()) {
    const { firstAt, realAt, samples: kept } = histories.get(place) ?? unknown(added.from)
    histories.set(place, { firstAt, lastAt: added.from, realAt, samples: kept })
  }
  for (const sample of samples) {
    const place = placeOf(sample)
    const history = histories.get(place)
    if (history === undefined) continue
    histories.set(place, { ...history, samples: newest([sample, ...history.samples]) })
  }
  return histories
}

function unknown(now: number): History {
  return { firstAt: now, lastAt: now, realAt: null, samples: [] }
}

/** The sums with what was found to be real, as far as this machine saw it itself. */
export function withReal(sums: Sums, places: readonly string[], now: number): Sums {
  const histories = new Map(sums.histories)
  for (const place of places) {
    const history = histories.get(place)
    if (history?.realAt === null) histories.set(place, { ...history, realAt: now })
  }
  return { ...sums, histories }
}

/** Within the bounds of fold.ts. */
function folded(sums: Sums): Sums {
  const fold = placesToFold(sums.inAll)
  const left = fold.size === 0 ? sums : renamedIn(sums, at => (fold.has(at) ? elsewhere(at) : at))
  return {
    ...left,
    inAll: withFewerTogether(left.inAll),
    late: left.late.map(withFewerTogether),
  }
}

/** The sums without the places that were last seen before then. */
export function withoutOld(sums: Sums, before: number): Sums {
  const old = (place: string) => (sums.histories.get(place)?.lastAt ?? before) < before
  if (![...sums.histories.keys()].some(old)) return sums
  return renamedIn(sums, place => (old(place) ? null : place))
}

function renamedIn(sums: Sums, nameOf: (place: string) => string | null): Sums {
  const histories = new Map<string, History>()
  for (const [place, history] of sums.histories) {
    const to = nameOf(place)
    if (to !== null) addHistory(histories, to, history)
  }
  return {
    ...sums,
    inAll: renamed(sums.inAll, nameOf),
    late: sums.late.map(each => renamed(each, nameOf)),
    histories,
  }
}

/** Takes over what is known of a place from elsewhere. */
export function addHistory(to: Map<string, History>, place: string, added: History): void {
  const known = to.get(place) ?? added
  to.set(place, {
    firstAt: Math.min(known.firstAt, added.firstAt),
    lastAt: Math.max(known.lastAt, added.lastAt),
    realAt: earlier(known.realAt, added.realAt),
    samples: known === added ? added.samples : newest([...known.samples, ...added.samples]),
  })
}

function earlier(a: number | null, b: number | null): number | null {
  return a === null || b === null ? (a ?? b) : Math.min(a, b)
}

function newest(samples: readonly Sample[]): readonly Sample[] {
  return [...samples].sort((a, b) => b.seenAt - a.seenAt).slice(0, samplesKept)
}
