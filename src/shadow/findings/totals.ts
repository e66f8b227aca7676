import { emptyStretch, plusCounts, type Stretch, sumOf } from './stretch.ts'
import { addHistory, type History, type Sums, stretchMs } from './sums.ts'

/** What was seen of a route under one basis by all machines that can be heard. */
export interface Totals {
  readonly since: number
  readonly inAll: Stretch
  /** The last five to ten minutes, or the last thousand pairs and more where those come sooner. */
  readonly late: Stretch
  readonly latency: Sums['latency']
  readonly histories: ReadonlyMap<string, History>
}

/** Adds up the sums of machines; all must be of one basis, and there must be one at least. */
export function totalsOf(machines: readonly Sums[], now: number): Totals {
  const histories = new Map<string, History>()
  for (const { histories: own } of machines) {
    for (const [place, history] of own) addHistory(histories, place, history)
  }
  const late = machines.flatMap(each => each.late).filter(each => isOfLate(each, now))
  return {
    since: Math.min(...machines.map(({ since }) => since)),
    inAll: machines.map(({ inAll }) => inAll).reduce(sumOf),
    late: late.reduce(sumOf, emptyStretch(now)),
    latency: {
      shadow: machines.map(({ latency }) => latency.shadow).reduce(plusCounts),
      noise: machines.map(({ latency }) => latency.noise).reduce(plusCounts),
    },
    histories,
  }
}

/** A machine that is shadowed no more, or says nothing, has nothing of late. */
function isOfLate({ from }: Stretch, now: number): boolean {
  return now - from < 2 * stretchMs
}
