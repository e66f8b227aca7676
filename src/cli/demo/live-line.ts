import { millisecondsText, shareText } from './numbers.ts'
import type { Paint } from './paint.ts'
import { movesBetween, type Shares } from './shares.ts'
import type { Counts } from './tally.ts'

const widths = { time: 6, requests: 9, share: 9, latency: 8, errors: 7, flag: 7 }

/** What the columns of a live line are. */
export function liveHeader(paint: Paint): string {
  const columns = [
    'time'.padStart(widths.time),
    'requests'.padStart(widths.requests),
    'V1'.padStart(widths.share),
    'p95'.padStart(widths.latency),
    'V2'.padStart(widths.share),
    'p95'.padStart(widths.latency),
    'errors'.padStart(widths.errors),
    'flag'.padStart(widths.flag),
  ]
  return paint('dim', columns.join(''))
}

export interface Second {
  /** Whole seconds since the traffic began. */
  readonly time: number
  readonly counts: Counts
  /** Shares that the flag gives now, and that it gave a second ago. */
  readonly shares: Shares
  readonly before: Shares
}

/** One second of the demo in one line; the flag's column is the share of callers in no segment. */
export function liveLine({ time, counts, shares, before }: Second, paint: Paint): string {
  const { requests, answers, p95, errors } = counts
  const answered = answers.v1 + answers.v2
  const columns = [
    `${time}s`.padStart(widths.time),
    String(requests).padStart(widths.requests),
    shareText(answers.v1, answered).padStart(widths.share),
    millisecondsText(p95.v1).padStart(widths.latency),
    paint('cyan', shareText(answers.v2, answered).padStart(widths.share)),
    millisecondsText(p95.v2).padStart(widths.latency),
    paint(errors === 0 ? 'dim' : 'red', String(errors).padStart(widths.errors)),
    `${shares.none} %`.padStart(widths.flag),
  ]
  const moves = movesBetween(before, shares)
  const told = moves.length === 0 ? '' : paint('yellow', `   moved: ${moves.join(', ')}`)
  return columns.join('') + told
}
