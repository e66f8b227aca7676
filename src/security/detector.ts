import type { SecurityConfig } from '../config/schema-security.ts'
import type { SecurityEvent, SecurityNews, SecurityReport } from './event.ts'
import { createKindWatch, type Moment } from './kind-watch.ts'
import type { SecurityKind } from './kinds.ts'

/** Events that are remembered after they ended. */
const mostEnded = 50

/**
 * Finds security events in what the workers of a machine count. Without clock and I/O; reports are
 * those of `createTally`, of one worker or added up.
 */
export function createDetector(rules: SecurityConfig['events']) {
  const kinds = Object.keys(rules) as SecurityKind[]
  const watches = new Map(kinds.map(kind => [kind, createKindWatch(kind, rules[kind])]))
  let ended: SecurityEvent[] = []

  function remember(news: SecurityNews[]): SecurityNews[] {
    const over = news.filter(({ step }) => step === 'ended').map(({ event }) => event)
    ended = [...over.reverse(), ...ended].slice(0, mostEnded)
    return news
  }

  return {
    /** What begins by this report. */
    take(counts: Readonly<Record<string, number>>, moment: Moment): SecurityNews[] {
      const clients = new Map<string, [string, number][]>(kinds.map(kind => [kind, []]))
      for (const [series, count] of Object.entries(counts)) {
        const [kind = '', client] = series.split(' ')
        if (client !== undefined) clients.get(kind)?.push([client, count])
      }
      return kinds.flatMap(kind => {
        const refusals = counts[kind] ?? 0
        if (refusals === 0) return []
        return watches.get(kind)?.take(refusals, clients.get(kind) ?? [], moment) ?? []
      })
    },
    /** What ends or is to be told again, with time alone. */
    tick: (moment: Moment): SecurityNews[] =>
      remember([...watches.values()].flatMap(watch => watch.tick(moment))),
    report: (): SecurityReport => ({
      lasting: [...watches.values()]
        .flatMap(watch => watch.lasting())
        .sort((a, b) => a.since - b.since),
      ended,
    }),
    /** Judges by the rules of another configuration. */
    replace(next: SecurityConfig['events']): void {
      for (const kind of kinds) watches.get(kind)?.replace(next[kind])
    },
    /** Clients that are remembered, over all kinds. */
    size: (): number => [...watches.values()].reduce((all, watch) => all + watch.size(), 0),
  }
}
