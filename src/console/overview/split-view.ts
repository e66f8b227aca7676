import { html, nothing, svg, type TemplateResult } from '../template.ts'
import type { RouteGroup } from './route-group.ts'

/** How callers are split between V1 and V2 now: a bar, the same in words, and who is named apart. */
export function splitView({ latch, share, rollout }: RouteGroup): TemplateResult {
  const isBack = latch.state.state === 'tripped'
  const said = share?.percent ?? null
  const v2 = isBack ? 0 : said
  if (v2 === null) {
    return html`<p class="quiet">Nobody knows the share: no worker has this flag yet.</p>`
  }
  // Stages that name strategies say nothing of everyone else.
  const stages =
    rollout?.stages.flatMap(({ percent }) => (typeof percent === 'number' ? [percent] : [])) ?? []
  const words = `V1 ${100 - v2} %, V2 ${v2} %`
  return html`<div class="split">
    <p class="shares"><span class="v1"><b>V1</b> ${100 - v2} %</span><span class="v2"><b>V2</b> ${v2} %</span></p>
    <svg class="bar" viewBox="0 0 100 10" preserveAspectRatio="none" role="img" aria-label=${words}>
      <rect class="v1" width="100" height="10"></rect>
      <rect class="v2" x=${100 - v2} width=${v2} height="10"></rect>
      ${stages.map(percent => svg`<line class="stage" x1=${100 - percent} x2=${100 - percent} y1="0" y2="10"></line>`)}
    </svg>
    ${stages.length === 0 ? nothing : html`<p class="quiet">Planned stages of V2, at the marks: ${stages.map(percent => `${percent}\u00a0%`).join(', ')}.</p>`}
    ${isBack && said !== null ? html`<p class="quiet">The flag says ${said} %; the switch back comes before it.</p>` : nothing}
    ${share?.isOn === false ? html`<p class="quiet">The flag is off.</p>` : nothing}
    ${share === null || share.named.length === 0 || isBack ? nothing : html`<p class="quiet">Apart from them: ${share.named.map(({ whom, percent }) => `${whom} ${percent} %`).join(', ')}.</p>`}
  </div>`
}
