import { shareText } from '../numbers.ts'
import type { Paint } from '../paint.ts'

const widths = [6, 9, 7, 9, 10, 10, 11]

/** What the columns of a live line are. */
export function shadowHeader(paint: Paint): string {
  return paint(
    'dim',
    columns(['time', 'requests', 'on V2', 'copied', 'V1 twice', 'compared', 'mismatch']),
  )
}

export interface ShadowSecond {
  /** Whole seconds since the traffic began. */
  readonly time: number
  readonly requests: number
  /** Requests that V2 answered to a user. */
  readonly onV2: number
  /** Copies sent to V2, and to V1 once more. */
  readonly copied: number
  readonly twice: number
  /** Pairs compared, and how many of them mismatch by what is known by now; null while nothing is named. */
  readonly compared: number
  readonly mismatched: number | null
}

/** One second of the shadow in one line. */
export function shadowLine(second: ShadowSecond, paint: Paint): string {
  const { time, requests, onV2, copied, twice, compared, mismatched } = second
  const cells = [`${time}s`, requests, onV2, copied, twice, compared].map(String)
  const share = mismatched === null ? '–' : shareText(mismatched, compared)
  const mismatch = share.padStart(widths.at(-1) ?? 0)
  return columns(cells) + (mismatched ? paint('red', mismatch) : mismatch)
}

function columns(cells: readonly string[]): string {
  return cells.map((cell, at) => cell.padStart(widths[at] ?? 0)).join('')
}
