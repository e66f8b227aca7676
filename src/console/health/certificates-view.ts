import type { ShownStatus } from '../../admin/answers/status-answers.ts'
import { momentText, spanText } from '../show/moments.ts'
import { html, type TemplateResult } from '../template.ts'

type Certificate = ShownStatus['certificates'][number]

/** What is shown to clients, operators and upstreams, and for how long it is good: the first to expire first. */
export function certificatesView({ certificates, at }: ShownStatus): TemplateResult {
  if (certificates.length === 0) {
    return html`<p class="quiet">None: nothing is served over TLS, and no upstream asks who this is.</p>`
  }
  const sorted = certificates.toSorted((a, b) => a.expiresAt - b.expiresAt)
  return html`<table>
    <caption>The first to expire first</caption>
    <thead><tr><th scope="col">File</th><th scope="col">Shown to</th><th scope="col">Names</th><th scope="col">Expires</th></tr></thead>
    <tbody>${sorted.map(each => rowOf(each, at))}</tbody>
  </table>`
}

function rowOf({ file, shownTo, names, expiresAt, state }: Certificate, at: number) {
  const words = {
    good: `in ${spanText(expiresAt - at)}`,
    expiring: `✕ soon: in ${spanText(expiresAt - at)}`,
    expired: `✕ expired ${spanText(at - expiresAt)} ago`,
  }[state]
  return html`<tr class=${state === 'good' ? '' : 'bad'}>
    <th scope="row"><code>${file}</code></th>
    <td data-label="Shown to">${shownTo}</td>
    <td data-label="Names">${names.length === 0 ? '–' : names.join(', ')}</td>
    <td data-label="Expires">${words} <span class="quiet"><time datetime=${new Date(expiresAt).toISOString()}>${momentText(expiresAt, at)}</time></span></td>
  </tr>`
}
