import type { RouteExplanation } from '../../cohort/caller-question.ts'
import { momentText, spanText } from '../show/moments.ts'
import { html, nothing, type TemplateResult } from '../template.ts'

type Strategy = RouteExplanation['strategies'][number]

/** Which variant, and all that it comes from. */
export function explanationView(explanation: RouteExplanation, now: number): TemplateResult {
  const { route, variant, reason, text, stickyKey, flag, strategies } = explanation
  return html`<section class="answer" aria-labelledby="explained">
    <h3 id="explained" tabindex="-1"><span class=${variant}>${variant.toUpperCase()}</span>, since ${text}</h3>
    <dl class="facts">
      <div><dt>Reason</dt><dd><code>${reason}</code></dd></div>
      <div><dt>Route</dt><dd>${route}</dd></div>
      <div><dt>Flag</dt><dd>${flag ?? 'none'}${flag === null ? nothing : html` <span class="quiet">${sourceInWords(explanation, now)}</span>`}</dd></div>
      <div><dt>Known by</dt><dd>${stickyKey.kind} <code>${stickyKey.value}</code>${stickyKey.fresh ? html` <span class="quiet">new: each caller without the cookie gets another</span>` : nothing}</dd></div>
    </dl>
    ${strategies.length === 0 ? nothing : html`<ol class="strategies">${strategies.map(strategyView)}</ol>`}
  </section>`
}

function strategyView(strategy: Strategy): TemplateResult {
  const { name, bucket, percentage, groupId, constraintCount, constraintsMatch, matched } = strategy
  return html`<li class=${matched ? 'matched' : ''}>
    <p><b>${matched ? '✓ matches' : '– does not match'}</b> <span class="quiet">${name}</span></p>
    ${constraintCount === 0 ? nothing : html`<p>${constraintsMatch ? 'Its constraints hold.' : 'It is about others: its constraints do not hold.'}</p>`}
    ${percentage === null ? nothing : html`<p>${bucket === null ? 'It has no bucket' : `Bucket ${bucket} of 100`} against ${percentage} %${groupId === null ? '' : ` in group ${groupId}`}.</p>`}
    ${bucket === null || percentage === null || !constraintsMatch ? nothing : bucketBar(bucket, percentage)}
  </li>`
}

/** Where the caller stands among the hundred, and how far the percentage reaches. */
function bucketBar(bucket: number, percentage: number): TemplateResult {
  return html`<svg class="bar" viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true">
    <rect class="v1" width="100" height="10"></rect>
    <rect class="v2" width=${percentage} height="10"></rect>
    <line class="here" x1=${bucket - 0.5} x2=${bucket - 0.5} y1="0" y2="10"></line>
  </svg>`
}

function sourceInWords({ flagSource }: RouteExplanation, now: number): string {
  const { from, lastUpdated, failure } = flagSource
  const age = lastUpdated === null ? '' : `, ${spanText(now - lastUpdated)} old`
  switch (from) {
    case 'files':
      return 'from flags/'
    case 'server':
      return `from Unleash${age}`
    case 'backup':
      return `from the backup${lastUpdated === null ? '' : ` of ${momentText(lastUpdated, now)}`}, since Unleash did not answer: ${failure}`
    case 'nowhere':
      return `not known, since Unleash did not answer: ${failure}`
  }
}
