import { type Segment, segmentLabel, segments } from './callers.ts'
import { millisecondsText, shareText } from './numbers.ts'
import type { Paint } from './paint.ts'
import type { Shares } from './shares.ts'
import type { Counts, Tally } from './tally.ts'

const widths = [16, 10, 10, 8, 9, 9, 8]

/** What the whole demo came to, a line per segment. */
export function summaryLines(tally: Tally, shares: Shares, paint: Paint): string[] {
  const header = row(['', 'requests', 'V2', 'flag', 'p95 V1', 'p95 V2', 'errors'])
  const of = (segment: Segment) =>
    countsRow(segmentLabel(segment), tally.ofSegment(segment), `${shares[segment]} %`)
  return [
    paint('dim', header),
    ...segments.map(of),
    paint('bold', countsRow('all', tally.total(), '')),
  ]
}

function countsRow(name: string, { requests, answers, p95, errors }: Counts, flag: string): string {
  return row([
    name,
    String(requests),
    shareText(answers.v2, answers.v1 + answers.v2),
    flag,
    millisecondsText(p95.v1),
    millisecondsText(p95.v2),
    String(errors),
  ])
}

function row([name = '', ...cells]: readonly string[]): string {
  const [first = 0, ...others] = widths
  return `  ${name.padEnd(first)}${cells.map((cell, at) => cell.padStart(others[at] ?? 0)).join('')}`
}
