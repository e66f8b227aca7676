import type { AuditProof } from '../../admin/control-view.ts'
import { countText } from '../show/numbers.ts'
import { html, type TemplateResult } from '../template.ts'

const reasons = {
  changed: 'its contents are not those that it was sealed with',
  missing: 'it was there and is gone',
  unlinked: 'it does not follow the one before it',
} as const

/** In a sentence; its hash says more to who has written one down elsewhere. */
export function proofText({ from, verdict }: AuditProof): string {
  const store = from === 'redis' ? 'of the shared store' : 'of this machine'
  if (!verdict.ok) {
    return `The chain ${store} is broken at record ${countText(verdict.seq)}: ${reasons[verdict.reason]}.`
  }
  const { from: first, head } = verdict
  if (first === null) return `The chain ${store} is empty.`
  return `The chain ${store} is whole, from record ${countText(first)} to ${countText(head.seq)}.`
}

export function proofView(proof: AuditProof): TemplateResult {
  const { verdict } = proof
  const mark = verdict.ok ? '✓' : '✕'
  return html`<p class=${verdict.ok ? 'proof' : 'fault'}><b><span aria-hidden="true">${mark}</span> ${proofText(proof)}</b></p>
    ${verdict.ok ? html`<p class="quiet">Its last hash is <code>${verdict.head.hash}</code>: only one that was written down elsewhere shows whether newer records were cut off.</p>` : ''}`
}
