import { countText } from '../show/numbers.ts'
import { html, type TemplateResult } from '../template.ts'
import { type SeenOrigin, seenOrigins } from './origins.ts'

/** Where requests go, and whether they get through. */
export function originsView(workers: Parameters<typeof seenOrigins>[0]): TemplateResult {
  const origins = seenOrigins(workers)
  if (origins.length === 0) return html`<p class="quiet">No worker serves a route.</p>`
  return html`<table>
    <caption>As all workers together see them</caption>
    <thead><tr><th scope="col">Origin</th><th scope="col">Route</th><th scope="col">Variant</th><th scope="col">Health</th><th scope="col">Breaker</th><th scope="col">In flight</th></tr></thead>
    <tbody>${origins.map(rowOf)}</tbody>
  </table>`
}

function rowOf(seen: SeenOrigin): TemplateResult {
  const { origin, route, variant, health, breaker, inFlight, lastCheck, isBad } = seen
  const check = lastCheck === null ? '' : ` (${lastCheck})`
  return html`<tr class=${isBad ? 'bad' : ''}>
    <th scope="row"><code>${origin}</code></th>
    <td data-label="Route">${route}</td>
    <td data-label="Variant" class=${variant}>${variant.toUpperCase()}</td>
    <td data-label="Health"><span aria-hidden="true">${isBad ? '✕ ' : ''}</span>${health}<span class="quiet">${check}</span></td>
    <td data-label="Breaker">${breaker}</td>
    <td data-label="In flight">${countText(inFlight)}</td>
  </tr>`
}
