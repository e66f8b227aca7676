import type { Reply } from '../failover/clients-process.ts'
import type { Figure } from '../failover/figure.ts'
import { dueWithin, failuresOf, quantileMs } from '../failover/replies.ts'
import { scarcePerSecond } from './scene.ts'

/** Wall-clock milliseconds from and to. */
export type Span = readonly [from: number, to: number]

/** What became of requests that no limit refuses, before Redis was in trouble and while it was. */
export function goodFigures(
  replies: readonly Reply[],
  before: Span,
  during: Span,
  mostAddedMs?: number,
): Figure[] {
  const [p99Before, p99During] = [before, during].map(span =>
    quantileMs(dueWithin(replies, ...span), 0.99),
  )
  const added = p99Before == null || p99During == null ? null : p99During - p99Before
  return [
    { what: 'requests', value: replies.length },
    { what: 'requests that failed', value: failuresOf(replies), most: 0 },
    {
      what: 'requests that were refused',
      value: replies.filter(({ status }) => status === 429).length,
      most: 0,
    },
    { what: 'ms p99 before', value: p99Before ?? null },
    { what: 'ms p99 during', value: p99During ?? null },
    {
      what: 'ms of p99 more than before',
      value: added,
      ...(mostAddedMs !== undefined && { most: mostAddedMs }),
    },
    { what: 'ms of the slowest during', value: quantileMs(dueWithin(replies, ...during), 1) },
  ]
}

/** How far from its limit the scarce route let requests through, in percent of the limit. */
export function admittedFigures(
  replies: readonly Reply[],
  [from, to]: Span,
  mostPercent: number,
  when: string,
): Figure[] {
  const admitted = replies.filter(
    ({ status, endedAt }) => status === 200 && endedAt >= from && endedAt < to,
  ).length
  const due = (scarcePerSecond * (to - from)) / 1000
  return [
    { what: `requests that the limit is for, ${when}`, value: Math.round(due) },
    { what: `requests admitted, ${when}`, value: admitted },
    {
      what: `percent off the limit, ${when}`,
      value: Math.round((1000 * Math.abs(admitted - due)) / due) / 10,
      most: mostPercent,
    },
  ]
}
