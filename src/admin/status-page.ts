import type { CertificateStatus } from '../fleet/certificate-status.ts'
import type {
  GatewayStatus,
  LatchReport,
  StoresStatus,
  VerdictReport,
} from '../fleet/gateway-status.ts'
import type { PlaneStatus } from '../fleet/planes.ts'
import type { RevocationsStatus } from '../fleet/revocation/revocation-keeper.ts'
import type { StoreStatus } from '../fleet/stores/store.ts'
import type { OriginStatus } from '../upstream/origin-status.ts'
import { experimentTable } from './experiment-table.ts'
import { type Html, html } from './html.ts'
import { htmlDocument } from './html-document.ts'
import { rolloutTable } from './rollout-table.ts'
import { securityList } from './security-list.ts'
import { gateTable, shadowTable } from './shadow-tables.ts'

/**
 * The status page for browsers without a script: read-only, everything escaped. It does not renew itself: that
 * would take it from under whoever reads it, and a screen reader would begin anew each time (WCAG 2.2.1).
 */
export function statusPage(status: GatewayStatus): string {
  const { machine, at, ready, config, latches, verdicts, workers, stores, gates, shadows } = status
  const { overloads, certificates, security, rollouts, experiments } = status
  const tripped = latches.filter(({ state, isDrill }) => state.state === 'tripped' && !isDrill)
  const title = tripped.length === 0 ? 'V2 is allowed' : `${tripped.length} switched back`
  return htmlDocument({
    title: `${title} · ${machine}`,
    icon: '/console/style/mark.svg',
    styles: ['/console/plain/plain.css'],
    body: html`<header><h1>Switchback</h1><p>${machine} · ${ready ? 'ready' : html`<b class="bad">not ready</b>`} ·
configuration ${config.version} · ${moment(at)} · <a href="/plain">ask anew</a></p></header>
${config.error === null ? null : html`<p class="bad">The files on disk are refused: ${config.error}</p>`}
${overloads.map(
  text => html`<p class="bad">Overloaded: ${text}</p>
`,
)}${securityList(security)}<h2>Latches</h2>${latches.length === 0 ? html`<p>No route has a flag.</p>` : latches.map(latchCard)}
<h2>Verdicts</h2>${verdictTable(verdicts)}
${gates.length === 0 ? null : html`<h2>Gates</h2>${gateTable(gates)}`}
${rollouts.length === 0 ? null : html`<h2>Rollouts</h2>${rolloutTable(rollouts)}`}
${experiments.length === 0 ? null : html`<h2>Experiments</h2>${experimentTable(experiments)}`}
${shadows.length === 0 ? null : html`<h2>Shadows</h2>${shadowTable(shadows)}`}
<h2>Routes and origins</h2>${originTable(workers)}
${certificates.length === 0 ? null : html`<h2>Certificates</h2>${certificateTable(certificates)}`}
<h2>Stores</h2>${storeList(stores)}${revokedLine(status.revocations)}`,
  })
}

function latchCard(report: LatchReport): Html {
  const { flag, isDrill, isUsed, state, speed, announcements } = report
  const isTripped = state.state === 'tripped'
  const what = isDrill
    ? isTripped
      ? 'drill under way'
      : 'drill over'
    : isTripped
      ? 'switched back: all on V1'
      : 'open: V2 allowed'
  return html`<section class="${isTripped ? (isDrill ? 'drill' : 'tripped') : 'open'}">
<h3>${flag} <b>${what}${isUsed ? '' : '; no route uses it'}</b></h3>
${state.version === 0 ? html`<p>Never changed.</p>` : html`<p>Since ${moment(state.since)}, by ${state.by} (${state.reason}, version ${state.version})${state.note ? `: ${state.note}` : ''}</p>`}
${state.evidence === null ? null : html`<p>Route ${state.evidence.route}, budget <code>${state.evidence.budget}</code>${state.evidence.scope === null ? '' : ` for ${state.evidence.scope}`}: ${state.evidence.text}</p>`}
${speed === null ? null : html`<p>${speed}</p>`}
${announcements.length === 0 ? null : html`<ul>${announcements.map(({ step, target, state: how, text }) => html`<li>${step} ${target}: <b class="${how === 'failed' ? 'bad' : 'good'}">${how}</b> ${text}</li>`)}</ul>`}
</section>
`
}

function verdictTable(verdicts: readonly VerdictReport[]): Html {
  if (verdicts.length === 0) return html`<p>No policy has a budget.</p>`
  return html`<table><tr><th>Route<th>Budget<th>For<th>Verdict<th>Finding
${verdicts.map(
  ({ route, budget, scope, verdict, text, dryRun }) =>
    html`<tr><td>${route}<td><code>${budget}</code><td>${scope ?? 'all'}<td><b class="${verdictClass[verdict]}">${verdict}</b>${dryRun ? ' (dry run)' : ''}<td>${text}
`,
)}</table>`
}

const verdictClass = { pass: 'good', breach: 'bad', 'not-yet': 'plain' } as const

function originTable(workers: readonly PlaneStatus[]): Html {
  const rows = workers.flatMap(({ pid, routes }) =>
    routes.flatMap(({ route, v1, v2 }) => [
      ...v1.map(origin => originRow(route, 'V1', pid, origin)),
      ...v2.map(origin => originRow(route, 'V2', pid, origin)),
    ]),
  )
  return html`<table><tr><th>Route<th>Variant<th>Origin<th>Health<th>Breaker<th>In flight<th>Worker
${rows}</table>`
}

function originRow(route: string, variant: string, pid: number, origin: OriginStatus): Html {
  const { health, ejected, breaker, inFlight, lastCheck } = origin
  const isBad = health === 'unhealthy' || ejected || breaker === 'open'
  return html`<tr${isBad ? html` class="bad"` : ''}><td>${route}<td>${variant}<td><code>${origin.origin}</code><td>${health}${ejected ? ', resting' : ''}${lastCheck === null ? '' : ` (${lastCheck})`}<td>${breaker ?? '–'}<td>${inFlight}<td>${pid}
`
}

function certificateTable(certificates: readonly CertificateStatus[]): Html {
  return html`<table><tr><th>Certificate<th>Names<th>Expires
${certificates.map(
  ({ shownTo, file, names, expiresAt, state }) =>
    html`<tr${state === 'good' ? '' : html` class="bad"`}><td><code>${file}</code><td>${shownTo === 'clients' ? names.join(', ') : `to ${shownTo}`}<td>${moment(expiresAt)}${state === 'good' ? '' : `, ${state}`}
`,
)}</table>`
}

function storeList({ local, shared, leads }: StoresStatus): Html {
  return html`<ul><li>this machine: ${storeLine(local)}
<li>shared: ${shared === null ? 'none, this machine is alone' : storeLine(shared)}${shared?.up === false ? html` <b class="bad">this machine guards alone</b>` : ''}${leads === true ? ', this machine leads' : ''}</ul>`
}

function revokedLine({ entries, limit, waiting }: RevocationsStatus): Html {
  return html`<p>Revoked: ${entries} of at most ${limit}${waiting ? html` <b class="bad">there is no room for more, and more wait</b>` : ''}</p>`
}

function storeLine({ up, since, error }: StoreStatus): Html {
  return up
    ? html`<b class="good">up</b>`
    : html`<b class="bad">down</b> since ${moment(since)}: ${error}`
}

function moment(at: number): string {
  return new Date(at)
    .toISOString()
    .replace('T', ' ')
    .replace(/\.\d+Z$/, ' UTC')
}
