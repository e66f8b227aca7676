import type { ResidualReport, ResidualRoute } from '../../residual/report.ts'
import { other } from '../../residual/row.ts'
import { moment } from '../moment.ts'
import { printable } from '../printable.ts'
import { table } from '../table.ts'

/** Rows of a route that a person may want to read; `--json` has all. */
const toldRows = 20

/** Who still gets V1, as lines for a person. */
export function residualText(report: ResidualReport): string[] {
  const { from, until, machines, unread, routes, withoutV2 } = report
  const days = from === until ? from : `${from} to ${until}`
  return [
    `V1, ${days} (UTC), of ${machines} ${machines === 1 ? 'machine' : 'machines'}`,
    ...(unread === 0 ? [] : [`missing: a store could not tell of ${unread} days`]),
    ...(routes.length === 0 ? ['nobody got V1 where there is a V2'] : []),
    ...routes.flatMap(routeLines),
    ...(withoutV2.length === 0
      ? []
      : ['', `not counted, since they have no V2: ${withoutV2.map(printable).join(', ')}`]),
  ]
}

function routeLines(route: ResidualRoute): string[] {
  const { route: name, flag, requests, callers, reasons, rows } = route
  const whose = flag === null ? 'no longer with a V2' : `flag ${flag}`
  const why = Object.entries(reasons)
    .toSorted(([, a], [, b]) => b - a)
    .map(([reason, count]) => `${reason} ${inWords(count)}`)
  const named = rows.filter(({ client }) => client !== other)
  const told = named
    .slice(0, toldRows)
    .map(row => [
      inWords(row.requests),
      `~${inWords(row.callers)}`,
      row.client,
      row.segment,
      row.reason,
      `${moment(row.firstAt)} to ${moment(row.lastAt)}`,
    ])
  const more = named.length - told.length
  return [
    '',
    printable(
      `${name} (${whose}): ${inWords(requests)} requests of about ${inWords(callers)} callers; ${why.join(', ')}`,
    ),
    ...table([
      ['requests', 'callers', 'client', 'segment', 'reason', 'seen'],
      ...told.map(row => row.map(printable)),
    ]),
    ...(more === 0 ? [] : [`  and ${inWords(more)} rows more, see --json`]),
    ...(route.other === 0
      ? []
      : [`  and ${inWords(route.other)} requests of clients without a row of their own`]),
  ]
}

function inWords(count: number): string {
  return count.toLocaleString('en-US')
}
