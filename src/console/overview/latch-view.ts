import { momentText, spanText } from '../show/moments.ts'
import { html, nothing, type TemplateResult } from '../template.ts'
import type { RouteGroup } from './route-group.ts'

/** Whether V2 is allowed; when it is not, since when, by whom, on what evidence and how fast that was. */
export function latchView({ latch, drill }: RouteGroup, now: number): TemplateResult {
  const { state, speed, announcements } = latch
  const { since, by, note, evidence, version } = state
  const isBack = state.state === 'tripped'
  return html`${
    isBack
      ? html`<p class="state back"><span aria-hidden="true">✕</span> Switched back: all on V1</p>`
      : html`<p class="state"><span aria-hidden="true">○</span> Open: V2 is allowed</p>`
  }
  ${drill === null ? nothing : html`<p class="notice">A rehearsal goes on: the testers alone are on V1.</p>`}
  ${version === 0 ? nothing : html`<p>${isBack ? '' : 'Opened '}<time datetime=${new Date(since).toISOString()}>${momentText(since, now)}</time> (${spanText(now - since)} ago), by <b>${by}</b>${note === null ? nothing : html`: ${note}`}</p>`}
  ${evidence === null ? nothing : html`<p>Route ${evidence.route}, budget ${evidence.budget}${evidence.scope === null ? '' : ` for ${evidence.scope}`}: ${evidence.text}</p>`}
  ${isBack && speed !== null ? html`<p class="flip"><b>The flip:</b> ${speed}.</p>` : nothing}
  ${!isBack || announcements.length === 0 ? nothing : html`<ul class="told">${announcements.map(({ step, target, state: how, text }) => html`<li>${step} ${target}: <b>${how.replace('-', ' ')}</b>${text === '' ? nothing : html`, ${text}`}</li>`)}</ul>`}`
}
