import type { SimulatedCaller, Simulation } from '../../cohort/simulation.ts'
import { countText } from '../show/numbers.ts'
import { html, nothing, type TemplateResult } from '../template.ts'

/** Who moves, then why all of them get what they get. */
export function simulationView(simulation: Simulation): TemplateResult {
  const { percent, callers, v2, moves, reasons, who, sticky } = simulation
  const movers = who.filter(({ before, after }) => before.variant !== after.variant)
  return html`<section class="answer" aria-labelledby="simulated">
    <h3 id="simulated" tabindex="-1">${inShort(moves)}</h3>
    <p>${percent.before} % → ${percent.after} %: of ${countText(callers)} ${callers === 1 ? 'caller' : 'callers'} <b class="v2">${countText(v2.before)} → ${countText(v2.after)}</b> on V2.</p>
    ${sticky === 'seen-v2' ? html`<p class="quiet">Callers of this route keep V2 once they had it; who had it earlier is not known here.</p>` : nothing}
    <table>
      <caption>Why they get what they get</caption>
      <thead><tr><th scope="col">Reason</th><th scope="col">Now</th><th scope="col">Then</th></tr></thead>
      <tbody>${reasons.map(
        ({ text, before, after }) =>
          html`<tr><th scope="row">${text}</th><td data-label="Now">${countText(before)}</td><td data-label="Then">${countText(after)}</td></tr>`,
      )}</tbody>
    </table>
    ${movers.length === 0 ? nothing : html`<h4>Those who move</h4><ul class="movers">${movers.map(moverView)}</ul>`}
  </section>`
}

function inShort({ toV1, toV2 }: Simulation['moves']): string {
  const parts = [
    ...(toV2 > 0 ? [`${countText(toV2)} ${toV2 === 1 ? 'moves' : 'move'} to V2`] : []),
    ...(toV1 > 0 ? [`${countText(toV1)} ${toV1 === 1 ? 'moves' : 'move'} to V1`] : []),
  ]
  return parts.length === 0 ? 'Nobody moves' : parts.join(', ')
}

function moverView({ user, session, address, properties, after }: SimulatedCaller): TemplateResult {
  const said = Object.entries(properties).map(([name, value]) => `${name}=${value}`)
  const ids = [user, session, address].filter(each => each !== undefined)
  return html`<li><code>${ids.join(' ')}</code>${said.length === 0 ? nothing : html` <span class="quiet">${said.join(' ')}</span>`} <span class=${after.variant}>to ${after.variant.toUpperCase()}</span></li>`
}
