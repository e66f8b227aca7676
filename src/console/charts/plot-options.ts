import type uPlot from 'uplot'
import type { Colours } from './colours.ts'
import { markRows } from './draw-words.ts'
import type { Lines } from './lines.ts'
import { axisTimeText } from './time-text.ts'

/** Pixels of the page. */
const height = 180
const roomForMarks = 6 + markRows * 15
const roomForNames = 28
const roomForValues = 58
const roomForTimes = 28

export interface PlotDeps {
  readonly width: number
  /** Charts of one group show the same moment under the pointer. */
  readonly group: string
  /** Asked anew with each drawing. */
  readonly lines: () => Lines
  readonly colours: () => Colours
  readonly onDraw: (plot: uPlot) => void
  readonly onPointer: (slot: number | null) => void
}

/** A chart of V1 and V2, as uPlot is told it. */
export function plotOptions(deps: PlotDeps): uPlot.Options {
  const { width, group, lines, colours } = deps
  const axis = {
    stroke: () => colours().quiet,
    font: '12px system-ui, sans-serif',
    grid: { stroke: () => colours().line, width: 1 },
    ticks: { show: false },
  }
  const variant = (name: 'v1' | 'v2'): uPlot.Series => ({
    label: name.toUpperCase(),
    stroke: () => colours()[name],
    points: { show: true, size: 5, fill: () => colours()[name], filter: alone },
  })
  return {
    ...{ width, height },
    padding: [roomForMarks, roomForNames, 0, 0],
    legend: { show: false },
    cursor: { y: false, drag: { x: false, y: false }, sync: { key: group } },
    scales: {
      x: { range: () => spanOf(lines()) },
      y: { range: (_plot, _least, most) => [0, Math.max(lines().leastTop, (most ?? 0) * 1.1)] },
    },
    series: [{}, variant('v1'), variant('v2')],
    axes: [
      {
        ...axis,
        space: 70,
        size: roomForTimes,
        values: (_plot, splits, _axis, _space, apart) =>
          splits.map(each => axisTimeText(each, apart)),
      },
      {
        ...axis,
        space: 36,
        size: roomForValues,
        values: (_plot, splits) => splits.map(lines().inWords),
      },
    ],
    hooks: {
      draw: [deps.onDraw],
      setCursor: [({ cursor }) => deps.onPointer(cursor.idx ?? null)],
    },
  }
}

function spanOf({ at, stepMs }: Lines): [number, number] {
  const [first = 0] = at
  return [first / 1000, ((at[at.length - 1] ?? first) + stepMs) / 1000]
}

/** Slots with nothing on either side: no line leads to them, and a single request should be seen. */
function alone(plot: uPlot, series: number): number[] {
  const values = plot.data[series] ?? []
  return Array.from(values.keys()).filter(
    slot => values[slot] != null && values[slot - 1] == null && values[slot + 1] == null,
  )
}
