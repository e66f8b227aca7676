import type { RouteExplanation } from '../../cohort/caller-question.ts'
import type { Simulation } from '../../cohort/simulation.ts'
import type { Answer } from '../api.ts'
import type { Desk, Page } from '../desk.ts'
import { html, nothing, type TemplateResult } from '../template.ts'
import { callerOf } from '../why/asked-caller.ts'
import { askableRoutes, askedRoute } from '../why/asked-route.ts'
import { callerFields } from '../why/explain-form.ts'
import { explanationView } from '../why/explanation-view.ts'
import { movableStrategies } from '../why/movable.ts'
import { simulationView } from '../why/simulation-view.ts'

/** Callers that the gateway takes in one question. */
const mostCallers = 500

/** What came of a question; null before one was asked. */
type Asked<T> = Answer<T> | 'under-way' | null

/** Which variant a caller gets and why, and who moves at another percentage. */
export function openWhy(desk: Desk): Page {
  let routeName = desk.query.get('route')
  let explained: Asked<RouteExplanation> = null
  let simulated: Asked<Simulation> = null

  async function explain(event: SubmitEvent): Promise<void> {
    event.preventDefault()
    const route = askedRoute(desk.status(), routeName)
    if (route === null || explained === 'under-way') return
    const caller = callerOf(new FormData(event.currentTarget as HTMLFormElement))
    explained = 'under-way'
    desk.redraw()
    explained = await desk.api.change<RouteExplanation>(
      '/explain',
      { route: route.route, ...caller },
      null,
    )
    if (explained.ok) desk.say(`${explained.value.variant}, since ${explained.value.text}.`)
    desk.redraw()
  }

  async function simulate(event: SubmitEvent): Promise<void> {
    event.preventDefault()
    const route = askedRoute(desk.status(), routeName)
    if (route === null || simulated === 'under-way') return
    const form = new FormData(event.currentTarget as HTMLFormElement)
    const users = String(form.get('users'))
      .split('\n')
      .map(line => line.trim())
      .filter(line => line !== '')
    const callers = [...new Set(users)].map(user => ({ user }))
    const strategy = Number(form.get('strategy'))
    simulated = 'under-way'
    desk.redraw()
    simulated = await desk.api.change<Simulation>(
      '/simulate',
      { route: route.route, percent: Number(form.get('percent')), strategy, callers },
      null,
    )
    if (simulated.ok) {
      const { v2 } = simulated.value
      desk.say(`On V2 ${v2.before} now, ${v2.after} then.`)
    }
    desk.redraw()
  }

  function choose(event: Event): void {
    routeName = (event.currentTarget as HTMLSelectElement).value
    history.replaceState(null, '', `?route=${encodeURIComponent(routeName)}`)
    explained = null
    simulated = null
    desk.redraw()
  }

  function moveForm(flag: string, knowsUsers: boolean): TemplateResult {
    const strategies = movableStrategies(desk.status(), flag)
    const head = html`<h2 id="moves">Who moves next</h2>`
    if (!knowsUsers) {
      return html`${head}<p class="quiet">The route knows no user ids; ask <code>switchback simulate</code> with sessions or addresses.</p>`
    }
    if (strategies.length === 0) {
      return html`${head}<p class="quiet">The flag has no strategy with a percentage.</p>`
    }
    const next = desk.status().rollouts.find(each => each.flag === flag)?.next
    const percent =
      typeof next === 'number' ? next : Math.min(100, (strategies[0]?.percent ?? 0) * 2)
    return html`${head}
      <form class="card" aria-labelledby="moves" @submit=${simulate}>
        <label>Whose percentage
          <select name="strategy">${strategies.map(({ number, name, percent }) => html`<option value=${number}>${name}: ${percent} % now</option>`)}</select>
        </label>
        <label>Percentage then
          <input name="percent" type="number" min="0" max="100" step="1" required value=${percent}>
        </label>
        <label class="wide">Users <span class="quiet">one a line, up to ${mostCallers}</span>
          <textarea name="users" rows="5" required spellcheck="false"></textarea>
        </label>
        <button class="first" ?disabled=${simulated === 'under-way'}>Say who moves</button>
      </form>
      ${answerView(simulated, simulationView)}`
  }

  return {
    view(): TemplateResult {
      const status = desk.status()
      const route = askedRoute(status, routeName)
      if (route === null) return html`<p class="quiet">No worker serves a route.</p>`
      return html`<p class="quiet">Asked of a worker, which answers as it decides for clients now. Nothing is changed or counted.</p>
        <h2 id="gets">What a caller gets</h2>
        <form class="card" aria-labelledby="gets" @submit=${explain}>
          <label>Route
            <select name="route" @change=${choose}>${askableRoutes(status).map(
              each => html`<option ?selected=${each.route === route.route}>${each.route}</option>`,
            )}</select>
          </label>
          ${callerFields(route.knownBy)}
          <button class="first" ?disabled=${explained === 'under-way'}>Say why</button>
        </form>
        ${answerView(explained, value => explanationView(value, desk.status().at))}
        ${route.flag === null ? nothing : moveForm(route.flag, route.knownBy.user)}`
    },
  }
}

function answerView<T>(asked: Asked<T>, view: (value: T) => TemplateResult) {
  if (asked === null) return nothing
  if (asked === 'under-way') return html`<p class="quiet">Asking…</p>`
  return asked.ok ? view(asked.value) : html`<p class="fault" role="alert">${asked.fault.text}</p>`
}
