import { pooledQuantile } from '../pooled-quantile.ts'
import { chart, frame, path, px, scale, ticksTo } from './chart-frame.ts'
import type { Loaded } from './rounds.ts'

/** The p95 of each round: a machine that drifted, or a round that stalled, is seen here. */
export function roundsChart(loaded: readonly Loaded[]): string {
  const lines = loaded.map(({ target, rounds }) => ({
    name: target.name,
    values: rounds.map(({ timesMs }) => pooledQuantile([timesMs], 0.95)([1])),
  }))
  const count = Math.max(1, ...lines.map(({ values }) => values.length))
  const all = lines.flatMap(({ values }) => values).filter(Number.isFinite)
  const ticks = ticksTo(Math.max(1, ...all))
  const x = scale([0.5, count + 0.5], [frame.left, frame.right])
  const y = scale([0, ticks.at(-1) ?? 1], [frame.bottom, frame.top])
  const every = Math.ceil(count / 12)
  const numbers = Array.from({ length: count }, (_, i) => i + 1)
  return chart({
    description: 'p95 in milliseconds, round by round',
    xLabel: 'round',
    xTicks: numbers
      .filter(number => (number - 1) % every === 0)
      .map(number => ({ at: x(number), label: String(number) })),
    yTicks: ticks.map(tick => ({ at: y(tick), label: tick === 0 ? '0' : `${tick} ms` })),
    inside: lines
      .map(({ name, values }) => {
        const points = values.flatMap((value, i) =>
          Number.isFinite(value) ? [[x(i + 1), y(value)] as const] : [],
        )
        const dots = points.map(([cx, cy]) => `<circle cx="${px(cx)}" cy="${px(cy)}" r="3.5"/>`)
        return `<g class="${name}"><path class="line ${name}" d="${path(points)}"/>${dots.join('')}</g>`
      })
      .join('\n'),
  })
}
