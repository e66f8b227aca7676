import type { RolloutReport } from '../../fleet/rollout/rollout-report.ts'
import { html, nothing, type TemplateResult } from '../template.ts'

type Requirement = RolloutReport['requirements'][number]

const kinds: Readonly<Record<Requirement['kind'], string>> = {
  hold: 'Time',
  requests: 'Requests',
  gate: 'Gate',
  ask: 'Address',
  experiment: 'Experiment',
  approval: 'People',
}

/** What the stage demands before it is left, what of it is there, and how far the rest is. */
export function missingView(report: RolloutReport, now: number): TemplateResult {
  const { requirements, flag } = report
  if (requirements.length === 0) return html``
  const lacking = requirements.filter(({ met }) => !met).length
  const id = `missing-${flag}`
  return html`<h3 id=${id}>${lacking === 0 ? 'Nothing is missing' : `Missing: ${lacking} of ${requirements.length}`}</h3>
    <ul class="missing" aria-labelledby=${id}>${requirements.map(
      each => html`<li class=${each.met ? 'met' : 'lacking'}>
        <p><span aria-hidden="true">${each.met ? '✓' : '…'}</span> <b>${kinds[each.kind]}</b> <span class="quiet">${each.met ? 'met' : 'missing'}</span></p>
        <p>${each.text}</p>
        ${progressOf(each, report, now)}
      </li>`,
    )}</ul>`
}

function progressOf(
  { kind, met, text }: Requirement,
  { stages, since, requests }: RolloutReport,
  now: number,
): TemplateResult | typeof nothing {
  // Set by hand between two stages it is in the one that it has passed.
  const stage =
    stages.find(({ stands }) => stands === 'here') ??
    stages.findLast(({ stands }) => stands === 'over')
  if (met || stage === undefined || since === null) return nothing
  if (kind === 'hold') return bar(now - since, stage.holdMs, text)
  return kind === 'requests' ? bar(requests, stage.minRequests, text) : nothing
}

function bar(done: number, all: number, label: string): TemplateResult {
  return html`<progress max=${all} value=${Math.max(0, Math.min(done, all))} aria-label=${label}></progress>`
}
