import { createPasts } from '../charts/past.ts'
import type { Desk, Page } from '../desk.ts'
import { budgetsView } from '../overview/budgets-view.ts'
import { experimentsView } from '../overview/experiments-view.ts'
import { inShort, isBack } from '../overview/in-short.ts'
import { resumeQuestion, switchBackQuestion } from '../overview/latch-questions.ts'
import { latchView } from '../overview/latch-view.ts'
import { originsInShort } from '../overview/origins-in-short.ts'
import { type RouteGroup, routeGroups, routesWithoutFlag } from '../overview/route-group.ts'
import { splitView } from '../overview/split-view.ts'
import { may } from '../session.ts'
import { html, nothing, repeat, type TemplateResult } from '../template.ts'

/** Each group of routes that share a flag: how callers are split, how V2 does, and the way back. */
export function openOverview(desk: Desk): Page {
  const pasts = createPasts(desk)

  function actions({ flag, latch }: RouteGroup): TemplateResult | typeof nothing {
    if (!may(desk.session(), 'operator')) return nothing
    const then = `group-${flag}`
    return latch.state.state === 'open'
      ? html`<button class="grave" @click=${() => desk.ask(switchBackQuestion(desk, flag, then))}>Switch back<span class="unseen"> ${flag}</span></button>`
      : html`<button class="first" @click=${() => desk.ask(resumeQuestion(desk, flag, then))}>Resume<span class="unseen"> ${flag}</span></button>`
  }

  function groupView(group: RouteGroup): TemplateResult {
    const { flag, routes, latch, rollout } = group
    const id = `group-${flag}`
    const names = routes.length === 0 ? 'no route' : routes.join(', ')
    return html`<section class="group ${latch.state.state}" aria-labelledby=${id}>
      <div class="head">
        <div><h2 id=${id} tabindex="-1">${flag}</h2><p class="quiet">${routes.length > 1 ? 'routes' : 'route'} ${names}</p></div>
        ${actions(group)}
      </div>
      ${latchView(group, desk.status().at)}
      ${splitView(group)}
      ${rollout === null ? nothing : html`<p><a href="/console/rollout">Rollout</a> <b>${rollout.phase}</b>: ${rollout.text}</p>`}
      ${pasts.view(flag)}
      ${budgetsView(group)}
      ${experimentsView(flag, group.experiments)}
    </section>`
  }

  return {
    heard: pasts.heard,
    close: pasts.close,
    view(): TemplateResult {
      const status = desk.status()
      const groups = routeGroups(status)
      const others = routesWithoutFlag(status)
      return html`<p class="verdict-of-all ${groups.some(isBack) ? 'back' : ''}">${inShort(groups)}</p>
        ${originsView(originsInShort(status))}
        ${repeat(groups, ({ flag }) => flag, groupView)}
        ${others.length === 0 ? nothing : html`<p class="quiet">Without a flag, always on V1: ${others.join(', ')}.</p>`}`
    },
  }
}

function originsView(texts: readonly string[]): TemplateResult | typeof nothing {
  if (texts.length === 0) return nothing
  return html`<ul class="concerns">${texts.map(text => html`<li><span aria-hidden="true">✕</span> ${text}</li>`)}</ul>
    <p><a href="/console/health">Health</a> has all that needs a look.</p>`
}
