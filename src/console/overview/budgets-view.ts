import { verdictWords } from '../show/change-in-words.ts'
import { countText, shareText } from '../show/numbers.ts'
import { html, nothing, type TemplateResult } from '../template.ts'
import type { RouteGroup } from './route-group.ts'

type Verdict = RouteGroup['verdicts'][number]

const marks = { pass: '✓', breach: '✕', 'not-yet': '…' } as const

/** What each budget says of V2, and V1's share beside it where it is compared. */
export function budgetsView({ flag, routes, verdicts }: RouteGroup): TemplateResult {
  if (verdicts.length === 0) {
    return html`<p class="quiet">No policy of these routes has a budget: nothing judges V2.</p>`
  }
  const isOneRoute = routes.length === 1
  return html`<h3 id="budgets-${flag}">Budgets</h3>
    <ul class="budgets" aria-labelledby="budgets-${flag}">${verdicts.map(each => budgetView(each, isOneRoute))}</ul>`
}

function budgetView(each: Verdict, isOneRoute: boolean): TemplateResult {
  const { route, budget, scope, verdict, text, dryRun, share, allowed, v1, requests, height } = each
  const v1Share = v1 === null || v1.requests === 0 ? null : v1.bad / v1.requests
  return html`<li class=${verdict}>
    <p class="verdict"><span aria-hidden="true">${marks[verdict]}</span> ${verdictWords[verdict]}${dryRun ? ', dry run' : ''}</p>
    <div>
      <p class="budget">${budget}${scope === null ? nothing : html` for ${scope}`}${isOneRoute ? nothing : html` <span class="quiet">of ${route}</span>`}</p>
      <p class="quiet">${text}</p>
    </div>
    <dl>
      <div class="v1"><dt>V1</dt><dd>${v1Share === null ? '–' : shareText(v1Share)}</dd></div>
      <div class="v2"><dt>V2</dt><dd>${share === null ? '–' : shareText(share)}</dd></div>
      <div><dt>allowed</dt><dd>${shareText(allowed)}</dd></div>
      <div><dt>requests</dt><dd>${countText(requests)}</dd></div>
      <div><dt>against V2</dt><dd>${evidenceView(height)}</dd></div>
    </dl>
  </li>`
}

/** How far the detector has come: full is exceeded for certain. */
function evidenceView(height: number): TemplateResult {
  const filled = Math.round(height * 100)
  return html`<svg class="evidence" viewBox="0 0 100 10" preserveAspectRatio="none" role="img" aria-label="${filled} % of what it takes to call it exceeded">
    <rect class="whole" width="100" height="10"></rect><rect class="filled" width=${filled} height="10"></rect>
  </svg>`
}
