import type { Gate } from '../../rollout/gate.ts'
import type { Finding, RouteDifferences } from '../../shadow/finding.ts'
import type { Desk, Page } from '../desk.ts'
import { calmOrder, keyOf } from '../differences/calm-order.ts'
import {
  acknowledgeQuestion,
  countAgainQuestion,
  forgetQuestion,
} from '../differences/difference-questions.ts'
import { findingView } from '../differences/finding-view.ts'
import { mismatchGateView } from '../differences/mismatch-gate-view.ts'
import { notComparedView } from '../differences/not-compared-view.ts'
import { isManyPlaces, placeText } from '../differences/place-words.ts'
import { createKeptAnswer, keptView } from '../kept-answer.ts'
import { may } from '../session.ts'
import { momentText } from '../show/moments.ts'
import { countText } from '../show/numbers.ts'
import { html, nothing, repeat, type TemplateResult } from '../template.ts'

/** Pairs are added up all the time; people read slower. */
const periodMs = 5000

/** In what V2 differs from V1 for the same requests, route by route, worst first. */
export function openDifferences(desk: Desk): Page {
  let isAll = desk.query.get('all') === 'true'
  const found = createKeptAnswer<readonly RouteDifferences[]>({
    ...{ desk, periodMs },
    path: () => `/differences${isAll ? '?all=true' : ''}`,
  })
  const gates = createKeptAnswer<readonly Gate[]>({
    ...{ desk, periodMs },
    path: () => '/gates?signal=mismatch',
  })
  /** Keys of findings as they stood last, by route. */
  const order = new Map<string, readonly string[]>()

  async function renew(): Promise<void> {
    await Promise.all([found.renew(), gates.renew()])
  }

  function chooseAll(event: Event): void {
    isAll = (event.currentTarget as HTMLInputElement).checked
    history.replaceState(null, '', isAll ? '?all=true' : location.pathname)
    void found.renew()
  }

  function buttonOf(finding: Finding, id: string): TemplateResult | typeof nothing {
    if (!may(desk.session(), 'operator') || isManyPlaces(finding)) return nothing
    const named = html`<span class="unseen"> ${placeText(finding)} of ${finding.route}</span>`
    // What is acknowledged leaves the list, unless all is shown.
    const then = isAll ? id : headingId(finding.route)
    return finding.acknowledged === null
      ? html`<button @click=${() => desk.ask(acknowledgeQuestion({ desk, renew }, finding, then))}>Acknowledge${named}</button>`
      : html`<button @click=${() => desk.ask(countAgainQuestion({ desk, renew }, finding, then))}>Count again${named}</button>`
  }

  function findingsView({ route, findings }: RouteDifferences): TemplateResult {
    const { at } = desk.status()
    const calm = calmOrder(findings, order.get(route) ?? [])
    order.set(route, calm.map(keyOf))
    if (calm.length === 0) {
      return html`<p class="quiet">${isAll ? 'No difference was seen.' : 'No difference that counts, or could come to count, was seen.'}</p>`
    }
    return html`<ul class="findings" aria-labelledby=${headingId(route)}>${repeat(
      calm,
      keyOf,
      finding => {
        const id = `finding-${encodeURIComponent(`${route} ${keyOf(finding)}`)}`
        const look = finding.acknowledged === null ? finding.verdict : 'acknowledged'
        return html`<li class=${look}>${findingView({ finding, id, now: at, button: buttonOf(finding, id) })}</li>`
      },
    )}</ul>`
  }

  function routeView(differences: RouteDifferences): TemplateResult {
    const { route, flag, since, compared, noisePairs, text, latency, notCompared } = differences
    const { at } = desk.status()
    const id = headingId(route)
    const gate = gates.value()?.find(each => each.flag === flag)
    return html`<section class="group" aria-labelledby=${id}>
      <div>
        <h2 id=${id} tabindex="-1">${route}</h2><p class="quiet">flag ${flag}; since <time datetime=${new Date(since).toISOString()}>${momentText(since, at)}</time>: ${countText(compared)} pairs of V1 and V2, ${countText(noisePairs)} of V1 with itself</p>
      </div>
      ${gate === undefined || gate.budgets.length === 0 ? nothing : mismatchGateView(gate)}
      <p class="in-short">${text}.</p>
      ${latency === null ? nothing : html`<p><b>Latency:</b> ${latency.text}.</p>`}
      ${notComparedView(notCompared)}
      ${findingsView(differences)}
      ${may(desk.session(), 'operator') ? html`<p><button class="grave" @click=${() => desk.ask(forgetQuestion({ desk, renew }, differences, id))}>Forget all<span class="unseen"> of ${route}</span></button></p>` : nothing}
    </section>`
  }

  return {
    view(): TemplateResult {
      return html`<p class="quiet">V1 and V2 answer the same requests; what differs is told by its place, with values masked.</p>
        <label class="choice"><input type="checkbox" .checked=${isAll} @change=${chooseAll}> Noise, and what was acknowledged, too</label>
        ${keptView(found, routes =>
          routes.length === 0
            ? html`<p>No route is shadowed: nothing is compared. A policy says with <code>shadow</code> what of it is copied to V2.</p>`
            : html`${repeat(routes, ({ route }) => route, routeView)}`,
        )}`
    },
    heard(change) {
      if (change === 'missed' || change.type === 'config' || isWord(change.data)) void renew()
    },
    close() {
      found.close()
      gates.close()
    },
  }
}

/** Whether somebody acknowledged, counted again or forgot differences. */
function isWord(data: object): boolean {
  return 'event' in data && /^differences?-/.test(String(data.event))
}

function headingId(route: string): string {
  return `differences-${route}`
}
