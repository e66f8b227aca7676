import type { ToldStatus } from '../../config/refused-in-words.ts'
import type { Desk, Page } from '../desk.ts'
import { certificatesView } from '../health/certificates-view.ts'
import { concernsOf } from '../health/concerns.ts'
import { configView } from '../health/config-view.ts'
import { flagsView } from '../health/flags-view.ts'
import { originsView } from '../health/origins-view.ts'
import { placesView } from '../health/places-view.ts'
import { securityView } from '../health/security-view.ts'
import { storesView } from '../health/stores-view.ts'
import { workersView } from '../health/workers-view.ts'
import { createKeptAnswer, keptView } from '../kept-answer.ts'
import { html, type TemplateResult } from '../template.ts'

/** Files are read when they change, which the stream tells. */
const periodMs = 30_000

/** How this machine is: what is wrong in words, then all of it in its places. */
export function openHealth(desk: Desk): Page {
  const config = createKeptAnswer<ToldStatus>({ desk, periodMs, path: () => '/config' })

  return {
    view(): TemplateResult {
      const status = desk.status()
      const { at, workers } = status
      return html`${inShort(concernsOf(status))}
        ${part('workers', 'Workers', workersView(status))}
        ${part('origins', 'Origins', originsView(workers))}
        ${part('room', 'Room', placesView(workers))}
        ${part('flags', 'Flags', flagsView(status))}
        ${part('stores', 'Stores', storesView(status))}
        ${part(
          'configuration',
          'Configuration',
          keptView(config, value => configView(value, at)),
        )}
        ${part('certificates', 'Certificates', certificatesView(status))}
        ${part('security', 'Security events', securityView(status))}`
    },
    heard(change) {
      if (change === 'missed' || change.type === 'config') void config.renew()
    },
    close: config.close,
  }
}

function inShort(concerns: readonly string[]): TemplateResult {
  if (concerns.length === 0)
    return html`<p class="verdict-of-all">✓ Nothing is wrong with this machine, and it is ready.</p>`
  const count = concerns.length === 1 ? 'One thing needs' : `${concerns.length} things need`
  return html`<section class="group" aria-labelledby="concerns">
    <h2 id="concerns">${count} a look</h2>
    <ul class="concerns">${concerns.map(text => html`<li><span aria-hidden="true">✕</span> ${text}</li>`)}</ul>
  </section>`
}

function part(id: string, title: string, body: TemplateResult): TemplateResult {
  return html`<section class="group" aria-labelledby=${id}><h2 id=${id}>${title}</h2>${body}</section>`
}
