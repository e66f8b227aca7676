import type { ShownStatus } from '../../admin/answers/status-answers.ts'
import type { SecurityEvent } from '../../security/event.ts'
import { momentText, spanText } from '../show/moments.ts'
import { countText } from '../show/numbers.ts'
import { html, nothing, type TemplateResult } from '../template.ts'

/** Refusals that are more than chance: what lasts, and what is over. */
export function securityView({ security, at }: ShownStatus): TemplateResult {
  const { lasting, ended } = security
  return html`${
    lasting.length === 0
      ? html`<p class="quiet">No event lasts.</p>`
      : html`<ul class="concerns">${lasting.map(each => html`<li>${eventView(each, at)}</li>`)}</ul>`
  }${
    ended.length === 0
      ? nothing
      : html`<details><summary>Over: the last ${ended.length}</summary><ul>${ended.map(each => html`<li>${eventView(each, at)}</li>`)}</ul></details>`
  }`
}

function eventView(event: SecurityEvent, at: number): TemplateResult {
  const { kind, client, refusals, since, lastAt } = event
  return html`<b>${kind}</b> of <code>${client ?? 'many clients together'}</code>: ${countText(refusals)} refusals in ${spanText(lastAt - since)}, since <time datetime=${new Date(since).toISOString()}>${momentText(since, at)}</time>, the last ${spanText(at - lastAt)} ago`
}
