import { chart, frame, px, scale } from './chart-frame.ts'
import { titles } from './target.ts'
import type { Judged } from './verdicts.ts'

/** Least distance from 1 that is shown on either side. */
const leastSpan = 0.08

/**
 * Where each ratio lies, and where its limit: an interval that crosses its limit is why it cannot be told.
 * Shares of errors are no ratios and stand in the table alone. Empty where there is nothing to show.
 */
export function intervalChart(judged: readonly Judged[]): string {
  const rows = judged.filter(
    ({ measure, interval, found }) =>
      measure !== 'errors' && [...interval, found].every(Number.isFinite),
  )
  if (rows.length === 0) return ''
  const ends = rows.flatMap(({ interval, limit }) => [...interval, limit])
  const span = Math.max(leastSpan, ...ends.map(end => Math.abs(end - 1))) * 1.1
  const range = [Math.max(0, 1 - span), 1 + span] as const
  const x = scale(range, [frame.left, frame.right])
  const height = (frame.bottom - frame.top) / rows.length
  const ticks = [range[0], (range[0] + 1) / 2, 1, (1 + range[1]) / 2, range[1]]
  return chart({
    description: 'Each promised ratio with its interval, and its limit as an upright line',
    xLabel: 'as a multiple of V1',
    xTicks: ticks.map(tick => ({ at: x(tick), label: tick.toFixed(2) })),
    yTicks: [],
    inside: [
      `<path class="grid" d="M${px(x(1))} ${frame.top}V${frame.bottom}"/>`,
      ...rows.map((row, i) => rowOf(row, frame.top + (i + 0.5) * height)),
    ].join('\n'),
  })

  function rowOf({ of, measure, interval, found, limit, isMost, verdict }: Judged, y: number) {
    const [low, high] = interval.map(value => px(x(value)))
    const label = `${titles[of]}, ${measure}: ${verdict === 'cannot-tell' ? 'cannot tell' : verdict}`
    return (
      `<text x="${frame.left + 8}" y="${px(y - 11)}">${label}</text>` +
      `<path class="limit" d="M${px(x(limit))} ${px(y - 8)}v16m0 -8h${isMost ? -7 : 7}"/>` +
      `<path class="interval ${verdict}" d="M${low} ${px(y)}H${high}M${low} ${px(y - 4)}v8M${high} ${px(y - 4)}v8"/>` +
      `<circle class="${verdict}" cx="${px(x(found))}" cy="${px(y)}" r="4.5"/>`
    )
  }
}
