import type { Sample } from '../../shadow/difference.ts'
import { momentText } from '../show/moments.ts'
import { html, type TemplateResult } from '../template.ts'

/** What stood at one place in the two answers to one request; masked before it left the worker. */
export function sampleView(
  { v1, v2, endpoint, requestId, seenAt }: Sample,
  now: number,
): TemplateResult {
  return html`<figure class="sample">
    <dl>
      <div class="v1"><dt>V1</dt><dd><code>${v1}</code></dd></div>
      <div class="v2"><dt>V2</dt><dd><code>${v2}</code></dd></div>
    </dl>
    <figcaption class="quiet"><code>${endpoint}</code>, <time datetime=${new Date(seenAt).toISOString()}>${momentText(seenAt, now)}</time>, request <code>${requestId}</code></figcaption>
  </figure>`
}
