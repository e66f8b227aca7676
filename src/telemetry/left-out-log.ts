import type { Clock } from '../clock.ts'
import type { RouteReport } from '../shadow/report.ts'
import type { ControlMetrics } from './control-metrics.ts'
import type { Logger } from './log.ts'

/** Why pairs that a worker compared are not among the differences. */
export type LeftOutReason =
  | 'unknown-route' // it is not shadowed any more, or not yet
  | 'another-basis' // they were compared before a reload by which others are compared otherwise
  | 'too-fast' // more reports wait than are held

/** Hears of a report whose pairs are not added up. */
export type OnLeftOut = (report: RouteReport, reason: LeftOutReason) => void

/** Milliseconds between two lines about the same. */
const quietMs = 60_000

/** Counts pairs that were left out, and says so: once a minute for the same, with how many it were. */
export function createLeftOutLog(
  log: Pick<Logger, 'warn'>,
  { pairsLeftOut }: Pick<ControlMetrics, 'pairsLeftOut'>,
  clock: Clock,
): OnLeftOut {
  const told = new Map<string, { at: number; untold: number }>()

  return (report, reason) => {
    const { route } = report
    const pairs = pairsIn(report)
    pairsLeftOut.inc({ route, reason }, pairs)
    const now = clock.monotonic()
    const key = `${reason} ${route}`
    const last = told.get(key)
    if (last !== undefined && now - last.at < quietMs) {
      last.untold += pairs
      return
    }
    told.set(key, { at: now, untold: 0 })
    log.warn({ route, reason, pairs: pairs + (last?.untold ?? 0) }, 'compared pairs were left out')
  }
}

/** Of all kinds, those that could not be compared included. */
function pairsIn({ shadow, unrepeatable, noise }: RouteReport): number {
  return [shadow, unrepeatable, noise].reduce(
    (sum, { pairs, notCompared }) =>
      Object.values(notCompared).reduce((all, count) => all + count, sum + pairs),
    0,
  )
}
