import type { CopyTotals, ShadowedRoute } from '../fleet/gateway-status.ts'
import type { Gate } from '../rollout/gate.ts'
import { type Html, html } from './html.ts'

const stateClass = { open: 'good', closed: 'bad', 'not-yet': 'plain' } as const

/** Whether V2 of each flag may go on. */
export function gateTable(gates: readonly Gate[]): Html {
  return html`<table><tr><th>Flag<th>Gate<th>Why
${gates.map(
  ({ flag, state, text }) =>
    html`<tr><td>${flag}<td><b class="${stateClass[state]}">${state}</b><td>${text}
`,
)}</table>`
}

/** What shadowing shows, by route. */
export function shadowTable(shadows: readonly ShadowedRoute[]): Html {
  return html`<table><tr><th>Route<th>Sent<th>Dropped<th>Failed<th>Compared<th>Mismatch of late<th>Worst real difference
${shadows.map(
  ({ route, shadow, compared, notCompared, mismatchRate, worst }) =>
    html`<tr${worst === null ? '' : html` class="bad"`}><td>${route}<td>${shadow.sent}${ended(shadow)}<td>${compared}${notCompared === 0 ? '' : ` (${notCompared} not)`}<td>${mismatchRate === null ? '–' : `${Number((mismatchRate * 100).toPrecision(3))} %`}<td>${worst ?? 'none'}
`,
)}</table>`
}

function ended({ dropped, failed }: CopyTotals): Html {
  return html`<td>${reasons(dropped)}<td>${reasons(failed)}`
}

function reasons(counts: Readonly<Record<string, number>>): string {
  const all = Object.entries(counts)
  if (all.length === 0) return '0'
  return all.map(([reason, count]) => `${count} ${reason}`).join(', ')
}
