import type { Series, VariantSeries } from '../../history/series.ts'
import { momentText } from '../show/moments.ts'
import { msText, rateText, shareText } from '../show/numbers.ts'
import { html, type TemplateResult } from '../template.ts'
import { now } from '../time.ts'
import type { Percentile } from './lines.ts'
import type { Span } from './spans.ts'

/** The numbers that the charts show, the newest first. */
export function numbersTable(
  { at, v1, v2 }: Series,
  percentile: Percentile,
  { words }: Span,
): TemplateResult {
  const rows = at.map((begin, slot) => ({ begin, slot })).reverse()
  return html`<div class="wide" tabindex="0" role="region" aria-label="Numbers of the last ${words}">
    <table>
      <caption class="unseen">V1 and V2 in the last ${words}, the newest first</caption>
      <thead>
        <tr><td></td><th colspan="2" scope="colgroup">Requests</th><th colspan="2" scope="colgroup">Errors</th><th colspan="2" scope="colgroup">${percentile}</th></tr>
        <tr><th scope="col">Since</th>${[0, 1, 2].map(() => html`<th scope="col" class="v1">V1</th><th scope="col" class="v2">V2</th>`)}</tr>
      </thead>
      <tbody>${rows.map(
        ({ begin, slot }) => html`<tr>
          <th scope="row">${momentText(begin, now())}</th>
          ${pair(slot, v1, v2, each => each.requestsPerSecond, rateText)}
          ${pair(slot, v1, v2, each => each.errorShare, shareText)}
          ${pair(slot, v1, v2, each => each[percentile], msText)}
        </tr>`,
      )}</tbody>
    </table>
  </div>`
}

function pair(
  slot: number,
  v1: VariantSeries,
  v2: VariantSeries,
  of: (variant: VariantSeries) => readonly (number | null)[],
  inWords: (value: number) => string,
): TemplateResult {
  const cell = (value: number | null | undefined) => (value == null ? '–' : inWords(value))
  return html`<td>${cell(of(v1)[slot])}</td><td>${cell(of(v2)[slot])}</td>`
}
