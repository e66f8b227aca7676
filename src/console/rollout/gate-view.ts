import type { Gate } from '../../rollout/gate.ts'
import { html, type TemplateResult } from '../template.ts'

const words = {
  exceeded: { mark: '✕', text: 'exceeded' },
  'not-yet': { mark: '…', text: 'not yet' },
  'needs-live-traffic': { mark: '–', text: 'needs clients on V2' },
  passes: { mark: '✓', text: 'passes' },
  'dry-run': { mark: '–', text: 'dry run' },
} as const

const states = {
  open: 'open, V2 may go on',
  closed: 'closed, V2 may not go on',
  'not-yet': 'not yet decided',
} as const

/** Whether V2 may go on, and what each budget says to it. */
export function gateView({ flag, state, text, budgets }: Gate): TemplateResult {
  return html`<h3 id="gate-${flag}">Gate: ${states[state]}</h3>
    <p class="quiet">${text}</p>
    <ul class="budgets" aria-labelledby="gate-${flag}">${budgets.map(
      ({ route, budget, scope, says, text: finding }) => html`<li class=${says}>
        <p class="verdict"><span aria-hidden="true">${words[says].mark}</span> ${words[says].text}</p>
        <div><p class="budget">${budget}${scope === null ? '' : ` for ${scope}`} <span class="quiet">of ${route}</span></p><p class="quiet">${finding}</p></div>
      </li>`,
    )}</ul>`
}
