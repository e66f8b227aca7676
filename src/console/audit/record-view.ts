import type { AuditRecord } from '../../fleet/stores/store.ts'
import { momentText } from '../show/moments.ts'
import { html, nothing, type TemplateResult } from '../template.ts'

/** What happened, when, by whom and why; what proves it is folded away. */
export function recordView(record: AuditRecord, now: number): TemplateResult {
  const { seq, event, at, who, machine, subject, why, evidence, configVersion } = record
  return html`<li>
    <p><b>${event}</b>${subject === null ? nothing : html` <span>${subject}</span>`}</p>
    <p>${why}</p>
    <p class="quiet"><time datetime=${new Date(at).toISOString()}>${momentText(at, now)}</time>, by ${who === machine ? html`machine ${machine}` : html`<b>${who}</b> on ${machine}`}</p>
    <details>
      <summary>${evidence === null ? 'Record' : 'Evidence and record'} ${seq}</summary>
      ${evidence === null ? nothing : html`<pre tabindex="0" role="group" aria-label="Evidence of record ${seq}">${JSON.stringify(evidence, null, 2)}</pre>`}
      <dl class="facts">
        <div><dt>Configuration</dt><dd><code>${configVersion}</code></dd></div>
        <div><dt>Hash</dt><dd><code>${record.hash}</code></dd></div>
        <div><dt>Follows</dt><dd><code>${record.previous}</code></dd></div>
      </dl>
    </details>
  </li>`
}
