import type { Gate } from '../../rollout/gate.ts'
import { html, type TemplateResult } from '../template.ts'

const states = {
  open: { mark: '✓', text: 'open' },
  closed: { mark: '✕', text: 'closed' },
  'not-yet': { mark: '…', text: 'not yet decided' },
} as const

/** Whether V2 may go on as far as mismatches say. */
export function mismatchGateView({ state, text }: Gate): TemplateResult {
  const { mark, text: word } = states[state]
  return html`<p class="gate ${state}"><b><span aria-hidden="true">${mark}</span> Gate on mismatches: ${word}.</b> <span class="quiet">${text}</span></p>`
}
