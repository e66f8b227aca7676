import type { ShownStatus } from '../../admin/answers/status-answers.ts'
import { momentText } from '../show/moments.ts'
import { countText, shareText } from '../show/numbers.ts'
import { html, type TemplateResult } from '../template.ts'

type Store = ShownStatus['stores']['local']

/** What outlives the process and what all machines share: stores, and the tokens that are believed no longer. */
export function storesView({ stores, revocations, at }: ShownStatus): TemplateResult {
  const { local, shared, leads } = stores
  const { entries, limit } = revocations
  return html`<dl class="facts">
    <div><dt>Own</dt><dd>${storeText(local, at)}</dd></div>
    <div><dt>Shared</dt><dd>${shared === null ? 'none: this machine is alone' : storeText(shared, at)}</dd></div>
    ${leads === null ? '' : html`<div><dt>Leads</dt><dd>${leads ? 'yes: it does what only one machine of a fleet may do' : 'no: another machine may'}</dd></div>`}
    <div><dt>Revoked</dt><dd>${countText(entries)} tokens of at most ${countText(limit)} (${shareText(entries / limit)})</dd></div>
  </dl>`
}

function storeText({ up, since, error }: Store, at: number): string {
  const when = `since ${momentText(since, at)}`
  return up ? `up ${when}` : `✕ down ${when}${error === null ? '' : `: ${error}`}`
}
