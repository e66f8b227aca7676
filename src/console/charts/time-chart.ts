import uPlot from 'uplot'
import { momentText } from '../show/moments.ts'
import { now } from '../time.ts'
import { type Colours, coloursOf } from './colours.ts'
import { drawMarks, drawNames } from './draw-words.ts'
import type { Lines } from './lines.ts'
import { plotOptions } from './plot-options.ts'

/** More than that in a thick line are a smear. */
const manySlots = 300

/**
 * `<time-chart>`: V1 and V2 over time in a canvas, as wide as there is room. An element of its own,
 * because a canvas has a life that templates know nothing of. What it shows stands beside it in words.
 */
class TimeChart extends HTMLElement {
  /** Charts of one group share the moment under the pointer. */
  group = ''
  #lines: Lines | null = null
  #plot: uPlot | null = null
  #colours: Colours | null = null
  readonly #readout = document.createElement('p')
  readonly #room = new ResizeObserver(() => this.#fit())
  readonly #theme = matchMedia('(prefers-color-scheme: dark)')
  readonly #repaint = (): void => {
    this.#colours = coloursOf(this)
    this.#plot?.redraw(false)
  }

  get lines(): Lines | null {
    return this.#lines
  }

  set lines(lines: Lines | null) {
    this.#lines = lines
    if (this.#plot === null) this.#fit()
    else if (lines !== null) draw(this.#plot, lines)
  }

  connectedCallback(): void {
    this.#readout.className = 'readout'
    this.append(this.#readout)
    this.#colours = coloursOf(this)
    this.#room.observe(this)
    this.#theme.addEventListener('change', this.#repaint)
  }

  disconnectedCallback(): void {
    this.#room.disconnect()
    this.#theme.removeEventListener('change', this.#repaint)
    this.#plot?.destroy()
    this.#plot = null
  }

  #fit(): void {
    const width = this.clientWidth
    if (width === 0 || this.#lines === null) return
    if (this.#plot === null) {
      this.#plot = this.#open(width)
      draw(this.#plot, this.#lines)
    } else if (this.#plot.width !== width) {
      this.#plot.setSize({ width, height: this.#plot.height })
    }
  }

  #open(width: number): uPlot {
    const lines = () => this.#lines as Lines
    const colours = () => this.#colours as Colours
    const options = plotOptions({
      ...{ width, group: this.group, lines, colours },
      onDraw(plot) {
        const { ctx: context, bbox } = plot
        const ground = {
          ...{ context, ...bbox, ratio: devicePixelRatio },
          xOf: (seconds: number) => plot.valToPos(seconds, 'x', true),
          yOf: (value: number) => plot.valToPos(value, 'y', true),
        }
        drawMarks(ground, lines(), colours())
        drawNames(ground, lines(), colours())
      },
      onPointer: slot => this.#read(slot),
    })
    return new uPlot(options, [[]], this)
  }

  /** What the pointer is at, in words. */
  #read(slot: number | null): void {
    const { at = [], v1 = [], v2 = [], inWords = String } = this.#lines ?? {}
    const words = (value: number | null | undefined) => (value == null ? '–' : inWords(value))
    const moment = slot === null ? undefined : at[slot]
    this.#readout.textContent =
      slot === null || moment === undefined
        ? ''
        : `${momentText(moment, now())}  V1 ${words(v1[slot])}  V2 ${words(v2[slot])}`
  }
}

function draw(plot: uPlot, { at, v1, v2 }: Lines): void {
  for (const each of plot.series) each.width = at.length > manySlots ? 1 : 2
  plot.setData([at.map(each => each / 1000), [...v1], [...v2]])
}

customElements.define('time-chart', TimeChart)
