import type { Interval } from '../bootstrap.ts'
import type { Figures } from './figures.ts'
import type { Measure } from './promises.ts'
import type { Judged, Verdict } from './verdicts.ts'

export const verdictWords = {
  pass: 'pass',
  fail: 'fail',
  'cannot-tell': 'cannot tell',
} as const satisfies Record<Verdict, string>

const none = '–'

/** `12.3 ms`, with three digits that count. */
export function milliseconds(value: number | null): string {
  if (value === null || !Number.isFinite(value)) return none
  return `${value.toFixed(value < 10 ? 2 : value < 100 ? 1 : 0)} ms`
}

/** `0.02 %`; a share that is above nothing is never told as nothing. */
export function percent(share: number): string {
  if (!Number.isFinite(share)) return none
  const value = share * 100
  if (value !== 0 && Math.abs(value) < 0.001) return `${value < 0 ? '> −' : '< '}0.001 %`
  return `${Number(value.toFixed(Math.abs(value) < 1 ? 3 : 1))} %`
}

export function count(value: number): string {
  return value.toLocaleString('en-GB')
}

/** `612`, `0.83`. */
export function perSecond(value: number): string {
  return Number.isFinite(value) ? value.toFixed(value < 10 ? 2 : value < 1000 ? 1 : 0) : none
}

function mebibytes(bytes: number | null): string {
  return bytes === null ? none : `${(bytes / 2 ** 20).toFixed(0)} MiB`
}

export function betweenMilliseconds(interval: Interval | null): string {
  return interval === null ? none : interval.map(milliseconds).join('–').replace(' ms–', '–')
}

/** A value of a promise's own measure. */
export function measured(measure: Measure, value: number): string {
  if (!Number.isFinite(value)) return none
  return measure === 'errors' ? percent(value) : `${value.toFixed(3)} ×`
}

/** `0.612 × (95 %: 0.601 × to 0.622 ×), at most 1.02 ×` */
export function foundInWords({ measure, found, interval, limit, isMost }: Judged): string {
  const [low, high] = interval.map(value => measured(measure, value))
  const bound = `${isMost ? 'at most' : 'at least'} ${measured(measure, limit)}`
  return `${measured(measure, found)} (95 %: ${low} to ${high}), ${bound}`
}

/** Rows of the table of figures: what it is, and a cell for each target. */
export function figureRows(figures: readonly Figures[]): [what: string, cells: string[]][] {
  const row = (what: string, cell: (of: Figures) => string): [string, string[]] => [
    what,
    figures.map(cell),
  ]
  return [
    row('requests', of => count(of.requests)),
    row('answered well a second', of => perSecond(of.perSecond)),
    row('failed', of => `${percent(of.failedShare)} (${count(of.requests - of.good)})`),
    row('p50', of => milliseconds(of.p50)),
    row('p95', of => milliseconds(of.p95)),
    row('p95, 95 % certain', of => betweenMilliseconds(of.p95Interval)),
    row('p99', of => milliseconds(of.p99)),
    row('p99.9', of => milliseconds(of.p999)),
    row('CPU of one core', of => (of.cpuPercent === null ? none : percent(of.cpuPercent / 100))),
    row('CPU for each answer', of =>
      of.cpuMicrosecondsPerRequest === null
        ? none
        : `${of.cpuMicrosecondsPerRequest.toFixed(0)} µs`,
    ),
    row('memory at the highest', of => mebibytes(of.residentBytes)),
    row('sent late by the load tester', of => percent(of.lateShare)),
  ]
}

/** `503: 12, timeout: 3`; empty where nothing failed. */
export function failuresInWords({ failed }: Figures): string {
  return failed.map(([what, requests]) => `${what}: ${count(requests)}`).join(', ')
}
