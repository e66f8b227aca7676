/** A chart as wide as a phone shows it: on a wide screen several stand side by side. */
export const frame = {
  width: 390,
  height: 280,
  left: 58,
  right: 368,
  top: 14,
  bottom: 240,
} as const

/** A position of an axis. */
export interface Tick {
  readonly at: number
  readonly label: string
}

export interface FrameOptions {
  /** What is seen, for those who cannot see it. */
  readonly description: string
  readonly xLabel: string
  readonly xTicks: readonly Tick[]
  readonly yTicks: readonly Tick[]
  /** SVG within the axes. */
  readonly inside: string
}

/** Axes, their ticks, and what is drawn between them. */
export function chart({ description, xLabel, xTicks, yTicks, inside }: FrameOptions): string {
  const { width, height, left, right, top, bottom } = frame
  const rows = yTicks.map(
    ({ at, label }) =>
      `<path class="grid" d="M${left} ${px(at)}H${right}"/>` +
      `<text x="${left - 7}" y="${px(at + 4)}" text-anchor="end">${label}</text>`,
  )
  const columns = xTicks.map(
    ({ at, label }) =>
      `<path class="axis" d="M${px(at)} ${bottom}v5"/>` +
      `<text x="${px(at)}" y="${bottom + 19}" text-anchor="middle">${label}</text>`,
  )
  return [
    `<svg viewBox="0 0 ${width} ${height}" role="img"><title>${description}</title>`,
    ...rows,
    ...columns,
    `<path class="axis" d="M${left} ${top}V${bottom}H${right}"/>`,
    `<text x="${right}" y="${height - 4}" text-anchor="end">${xLabel}</text>`,
    inside,
    '</svg>',
  ].join('\n')
}

/** Where a value stands between two positions. */
export function scale(
  [low, high]: readonly [number, number],
  [from, to]: readonly [number, number],
): (value: number) => number {
  const span = high - low || 1
  return value => from + ((value - low) / span) * (to - from)
}

/** Round numbers from 0 up to the first that is not below `most`; four to seven of them. */
export function ticksTo(most: number): number[] {
  const rough = (most > 0 && Number.isFinite(most) ? most : 1) / 5
  const power = 10 ** Math.floor(Math.log10(rough))
  const step = ([1, 2, 5, 10].find(each => each * power >= rough) ?? 10) * power
  const last = Math.ceil((most || 1) / step - 1e-9)
  return Array.from({ length: last + 1 }, (_, i) => Number((i * step).toPrecision(12)))
}

/** A line through points. */
export function path(points: readonly (readonly [x: number, y: number])[]): string {
  return points.map(([x, y], i) => `${i === 0 ? 'M' : 'L'}${px(x)} ${px(y)}`).join('')
}

/** A coordinate without more digits than a screen has. */
export function px(value: number): string {
  return String(Number(value.toFixed(1)))
}
