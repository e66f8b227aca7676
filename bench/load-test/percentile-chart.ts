import { chart, frame, path, scale, type Tick, ticksTo } from './chart-frame.ts'
import type { Loaded } from './rounds.ts'

/** Shares of the answers, each tick with ten times fewer left above it. */
const shares = [0, 0.5, 0.9, 0.95, 0.99, 0.999, 0.9999]
const steps = 120
const labelWidth = 44

/** How long answers took, up to the slowest: where two lines part is who keeps the last ones waiting. */
export function percentileChart(loaded: readonly Loaded[]): string {
  const lines = loaded
    .map(({ target, rounds }) => ({
      name: target.name,
      sorted: rounds.flatMap(({ timesMs }) => timesMs).sort((a, b) => a - b),
    }))
    .filter(({ sorted }) => sorted.length > 0)
  const longest = Math.max(1, ...lines.map(({ sorted }) => sorted.length))
  const deepest = Math.max(1, Math.log10(longest))
  const most = Math.max(1, ...lines.map(({ sorted }) => sorted.at(-1) ?? 0))
  const ticks = ticksTo(most)
  const x = scale([0, deepest], [frame.left, frame.right])
  const y = scale([0, ticks.at(-1) ?? most], [frame.bottom, frame.top])
  return chart({
    description: 'Milliseconds that answers took, by the share of answers that took no longer',
    xLabel: 'share of the answers that took no longer',
    xTicks: apart(
      shares
        .filter(share => nines(share) <= deepest)
        .map(share => ({
          at: x(nines(share)),
          label: share === 0 ? '0' : `${Number((share * 100).toFixed(2))} %`,
        })),
    ),
    yTicks: ticks.map(tick => ({ at: y(tick), label: tick === 0 ? '0' : `${tick} ms` })),
    inside: lines
      .map(({ name, sorted }) => {
        const end = Math.log10(sorted.length)
        const points = Array.from({ length: steps + 1 }, (_, i) => {
          const depth = (end * i) / steps
          return [x(depth), y(valueAt(sorted, i === steps ? 1 : 1 - 10 ** -depth))] as const
        })
        return `<path class="line ${name}" d="${path(points)}"/>`
      })
      .join('\n'),
  })
}

/** Those whose labels do not touch the one before. */
function apart(ticks: readonly Tick[]): Tick[] {
  let last = Number.NEGATIVE_INFINITY
  return ticks.filter(({ at }) => {
    if (at - last < labelWidth) return false
    last = at
    return true
  })
}

/** 0 for none, 1 for 90 %, 2 for 99 %. */
function nines(share: number): number {
  return -Math.log10(1 - share)
}

function valueAt(sorted: readonly number[], share: number): number {
  const at = Math.max(0, Math.ceil(sorted.length * share - 1e-9) - 1)
  return sorted[Math.min(sorted.length - 1, at)] as number
}
