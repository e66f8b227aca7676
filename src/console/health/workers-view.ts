import type { ShownStatus } from '../../admin/answers/status-answers.ts'
import { spanText } from '../show/moments.ts'
import { countText } from '../show/numbers.ts'
import { html, type TemplateResult } from '../template.ts'
import { limiterWords } from './limiter-words.ts'

type Worker = ShownStatus['workers'][number]
type Process = ShownStatus['processes'][number]

/** Those that serve clients: how each is, what it holds, and how late it is. */
export function workersView({ workers, processes }: ShownStatus): TemplateResult {
  const silent = processes.filter(({ pid }) => workers.every(worker => worker.pid !== pid))
  return html`<table>
    <caption>${processes.length === 0 ? 'One worker, in the process of the gateway itself' : `${processes.length} processes`}</caption>
    <thead><tr><th scope="col">Process</th><th scope="col">State</th><th scope="col">Configuration</th><th scope="col">Event loop</th><th scope="col">Rate limits</th><th scope="col">WebSockets</th></tr></thead>
    <tbody>
      ${silent.map(
        each =>
          html`<tr><th scope="row">${each.pid}</th><td data-label="State" colspan="5">${stateOf(each)}; it did not answer</td></tr>`,
      )}
      ${workers.map(worker =>
        rowOf(
          worker,
          processes.find(({ pid }) => pid === worker.pid),
        ),
      )}
    </tbody>
  </table>`
}

function rowOf(worker: Worker, process: Process | undefined): TemplateResult {
  const { pid, configVersion, shedding, rateLimits, websocketsOpen } = worker
  const { v1, v2 } = websocketsOpen
  return html`<tr>
    <th scope="row">${pid}</th>
    <td data-label="State">${process === undefined ? 'serves' : stateOf(process)}</td>
    <td data-label="Configuration"><code>${configVersion}</code></td>
    <td data-label="Event loop">${shedding === null ? 'not watched' : lateness(shedding)}</td>
    <td data-label="Rate limits">${rateLimits === null ? 'none' : limiterWords[rateLimits]}</td>
    <td data-label="WebSockets"><span class="v1">V1</span> ${countText(v1)}, <span class="v2">V2</span> ${countText(v2)}</td>
  </tr>`
}

function stateOf({ state, aliveMs }: Process): string {
  return `${state}, alive for ${spanText(aliveMs)}`
}

function lateness({ lagMs, maxLagMs, percent }: NonNullable<Worker['shedding']>): string {
  const sheds = percent === 0 ? 'refuses none' : `refuses ${percent} %`
  return `${lagMs} ms late, allowed ${maxLagMs} ms; ${sheds}`
}
