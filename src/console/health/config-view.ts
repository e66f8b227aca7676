import type { Fault } from '../../config/fault.ts'
import type { ToldStatus } from '../../config/refused-in-words.ts'
import { momentText } from '../show/moments.ts'
import { html, nothing, type TemplateResult } from '../template.ts'

/** What is in force, and what is wrong with the files as they are now. */
export function configView(config: ToldStatus, at: number): TemplateResult {
  const { version, loadedAt, lastAttemptAt, lastResult, faults, error } = config
  const when = (moment: number) =>
    html`<time datetime=${new Date(moment).toISOString()}>${momentText(moment, at)}</time>`
  return html`<dl class="facts">
      <div><dt>In force</dt><dd><code>${version ?? 'none'}</code>${loadedAt === null ? nothing : html` since ${when(loadedAt)}`}</dd></div>
      <div><dt>Last read</dt><dd>${lastAttemptAt === null ? 'never' : html`${when(lastAttemptAt)}: ${lastResult}`}</dd></div>
    </dl>
    ${
      faults.length > 0
        ? html`<h3>Wrong in the files</h3><ul class="concerns">${faults.map(each => html`<li>${faultView(each)}</li>`)}</ul>`
        : error === null
          ? nothing
          : html`<p><b>✕</b> ${error}</p>`
    }`
}

function faultView({ file, line, column, field, rule, received, hint }: Fault): TemplateResult {
  const where = line === 0 ? file : `${file}:${line}:${column}`
  return html`<code>${where}</code> ${field === '' ? nothing : html`<b>${field}</b> `}must be ${rule}${received === null ? nothing : html`, received <code>${received}</code>`}${hint === undefined ? '' : `; did you mean ${JSON.stringify(hint)}?`}`
}
