import type { NotCompared } from '../../shadow/difference.ts'
import { countText } from '../show/numbers.ts'
import { html, nothing, type TemplateResult } from '../template.ts'

const reasons: Readonly<Record<NotCompared, string>> = {
  'no-answer': 'V1 gave its copy no whole answer',
  unfinished: 'the client did not take its answer to the end',
  'too-large': 'too large',
  'too-deep': 'too deep, or of too many values',
  undecodable: 'could not be decoded',
  'invalid-json': 'said to be JSON and was not',
  'unknown-charset': 'in an encoding that cannot be read',
  'no-room': 'too many bytes in flight',
  busy: 'comparing had no more time',
  failed: 'comparing failed',
}

/** Pairs of which nobody knows whether they are equal, by reason. */
export function notComparedView(
  counts: Readonly<Partial<Record<NotCompared, number>>>,
): TemplateResult | typeof nothing {
  const lost = Object.entries(counts) as [NotCompared, number][]
  const all = lost.reduce((sum, [, pairs]) => sum + pairs, 0)
  if (all === 0) return nothing
  const told = lost.map(([reason, pairs]) => `${reasons[reason]} (${countText(pairs)})`).join('; ')
  return html`<p class="quiet">${countText(all)} ${all === 1 ? 'pair was' : 'pairs were'} not compared: ${told}.</p>`
}
