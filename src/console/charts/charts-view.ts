import type { Series } from '../../history/series.ts'
import { momentText } from '../show/moments.ts'
import { html, nothing, type TemplateResult } from '../template.ts'
import { now } from '../time.ts'
import { type Lines, type Percentile, percentiles } from './lines.ts'
import { numbersTable } from './numbers-table.ts'
import { type Span, spans } from './spans.ts'
import './time-chart.ts'

export interface ChartsProps {
  readonly flag: string
  readonly span: Span
  readonly percentile: Percentile
  readonly series: Series
  readonly lines: readonly Lines[]
  /** Why the last numbers did not come; null when they did. */
  readonly fault: string | null
  readonly isTableOpen: boolean
  /** Whether other machines forward requests too, and count them for themselves. */
  readonly isFleet: boolean
  readonly choose: (span: Span) => void
  readonly choosePercentile: (percentile: Percentile) => void
  readonly onTable: (isOpen: boolean) => void
}

/** The charts of one flag, the same in sentences and in a table, and what happened meanwhile. */
export function chartsView(props: ChartsProps): TemplateResult {
  const { flag, span, percentile, series, lines, fault } = props
  const id = `past-${flag}`
  return html`<div class="past-head">
      <h3 id=${id}>Over time</h3>
      ${choice(`How far back the charts of ${flag} go`, spans, span, ({ words }) => words, props.choose)}
      ${choice(`Latency of ${flag} as`, percentiles, percentile, each => each, props.choosePercentile)}
    </div>
    ${fault === null ? nothing : html`<p class="fault">The newest numbers did not come: ${fault}</p>`}
    ${props.isFleet ? html`<p class="quiet">Requests of ${series.machine} alone: each machine counts its own.</p>` : nothing}
    <div class="charts">${lines.map(each => figure(flag, each))}</div>
    ${marksView(series, span)}
    <details class="numbers" ?open=${props.isTableOpen} @toggle=${(event: Event) => props.onTable((event.target as HTMLDetailsElement).open)}>
      <summary>The numbers of these charts</summary>
      ${props.isTableOpen ? numbersTable(series, percentile, span) : nothing}
    </details>`
}

function figure(flag: string, lines: Lines): TemplateResult {
  return html`<figure>
    <figcaption><b>${lines.title}</b> <span class="quiet">${lines.summary}</span></figcaption>
    <time-chart aria-hidden="true" .group=${flag} .lines=${lines}></time-chart>
  </figure>`
}

/** A few words of which one holds. */
function choice<T>(
  of: string,
  all: readonly T[],
  chosen: T,
  wordsOf: (each: T) => string,
  choose: (each: T) => void,
): TemplateResult {
  return html`<div class="few" role="group" aria-label=${of}>${all.map(
    each =>
      html`<button aria-pressed=${each === chosen} @click=${() => choose(each)}>${wordsOf(each)}</button>`,
  )}</div>`
}

function marksView({ marks }: Series, { words }: Span): TemplateResult | typeof nothing {
  if (marks.length === 0) return nothing
  return html`<details class="marks">
    <summary>What happened in the last ${words}: ${marks.length}</summary>
    <ol>${marks.map(({ at, text }) => html`<li><time>${momentText(at, now())}</time> ${text}</li>`)}</ol>
  </details>`
}
