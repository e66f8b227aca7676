import type { Colours } from './colours.ts'
import { type Lines, markInShort } from './lines.ts'

/** The part of a chart that words are drawn into, all in pixels of its canvas. */
export interface Ground {
  readonly context: CanvasRenderingContext2D
  readonly left: number
  readonly top: number
  readonly width: number
  readonly height: number
  /** Pixels of the canvas for one of the page. */
  readonly ratio: number
  readonly xOf: (seconds: number) => number
  readonly yOf: (value: number) => number
}

/** Pixels of the page. */
const textSize = 12
const rowHeight = 15
const gap = 6

/** Rows of words above a chart; a mark that finds no room keeps its line, and stands in the list below. */
export const markRows = 2

/** A line where something happened, and what it was, above the chart. */
export function drawMarks(ground: Ground, { marks }: Lines, colours: Colours): void {
  const { context, left, top, width, height, ratio } = ground
  begin(ground)
  const rows: [begin: number, end: number][][] = Array.from({ length: markRows }, () => [])
  for (const mark of graveFirst(marks)) {
    const x = Math.round(ground.xOf(mark.at / 1000))
    if (x < left || x > left + width) continue
    const colour = mark.kind === 'tripped' ? colours.alarm : colours.quiet
    context.strokeStyle = colour
    context.fillStyle = colour
    context.setLineDash([3 * ratio, 3 * ratio])
    context.beginPath()
    context.moveTo(x, top - 2 * ratio)
    context.lineTo(x, top + height)
    context.stroke()
    const words = markInShort(mark)
    const wide = context.measureText(words).width + gap * ratio
    const from = Math.min(Math.max(x - wide / 2, 0), left + width - wide)
    const row = rows.findIndex(taken =>
      taken.every(([start, end]) => from + wide < start || from > end),
    )
    rows[row]?.push([from, from + wide])
    if (row !== -1) context.fillText(words, from, top - (gap + row * rowHeight) * ratio)
  }
  context.restore()
}

/** A switch back has its words before others have theirs, and of the others the newest. */
function graveFirst(marks: Lines['marks']): Lines['marks'] {
  const rank = ({ kind }: Lines['marks'][number]) => (kind === 'tripped' ? 0 : 1)
  return [...marks].sort((a, b) => rank(a) - rank(b) || b.at - a.at)
}

/** `V1` and `V2` where their lines end, so that nobody has to tell them by their colours. */
export function drawNames(ground: Ground, lines: Lines, colours: Colours): void {
  const { context, top, height, ratio } = ground
  begin(ground)
  context.font = `700 ${context.font}`
  const ends = (['v1', 'v2'] as const)
    .flatMap(variant => {
      const slot = lines[variant].findLastIndex(value => value !== null)
      const value = lines[variant][slot]
      if (value == null) return []
      const x = ground.xOf((lines.at[slot] ?? 0) / 1000)
      return [{ variant, x: x + gap * ratio, y: ground.yOf(value) }]
    })
    .sort((a, b) => a.y - b.y)
  let above = Number.NEGATIVE_INFINITY
  ends.forEach(({ variant, x, y }, nth) => {
    const lowest = top + height - (ends.length - 1 - nth) * rowHeight * ratio
    const middle = Math.min(Math.max(y, above + rowHeight * ratio), lowest)
    above = middle
    context.fillStyle = colours[variant]
    context.fillText(variant.toUpperCase(), x, middle + (textSize / 3) * ratio)
  })
  context.restore()
}

function begin({ context, ratio }: Ground): void {
  context.save()
  context.font = `${textSize * ratio}px system-ui, sans-serif`
  context.textAlign = 'left'
  context.textBaseline = 'alphabetic'
  context.lineWidth = ratio
}
