import type { Finding } from '../../shadow/finding.ts'
import { momentText, spanText } from '../show/moments.ts'
import { countText, shareText } from '../show/numbers.ts'
import { html, nothing, type TemplateResult } from '../template.ts'
import { kindWords, placeText } from './place-words.ts'
import { sampleView } from './sample-view.ts'

const verdicts = {
  real: { mark: '✕', text: 'Real' },
  undecided: { mark: '…', text: 'Undecided' },
  noise: { mark: '≈', text: 'Noise' },
} as const

export interface FindingProps {
  readonly finding: Finding
  /** Of its heading; no other element has it. */
  readonly id: string
  /** Wall-clock milliseconds, as the gateway has them. */
  readonly now: number
  readonly button: TemplateResult | typeof nothing
}

/** One place in which V2 differs: what it is, how sure that is, and what stood there. */
export function findingView({ finding, id, now, button }: FindingProps): TemplateResult {
  const { kind, verdict, acknowledged, text, pairs, compared, rate, noiseRate } = finding
  const { firstSeenAt, lastSeenAt, samples } = finding
  const [newest, ...older] = samples
  const { mark, text: word } = verdicts[verdict]
  return html`<div class="head">
      <div>
        <h3 id=${id} tabindex="-1"><code>${placeText(finding)}</code></h3>
        <p><b><span aria-hidden="true">${acknowledged === null ? mark : '✓'}</span> ${acknowledged === null ? word : 'Acknowledged'}</b> <span class="quiet">${kindWords[kind]}</span></p>
      </div>
      ${button}
    </div>
    <p>${text}.</p>
    <dl class="measures">
      <div><dt>of late</dt><dd>${rate === null ? '–' : shareText(rate)}</dd></div>
      <div><dt>in all</dt><dd>${countText(pairs)} of ${countText(compared)}</dd></div>
      <div><dt>V1 itself</dt><dd>${noiseRate === null ? 'not known' : shareText(noiseRate)}</dd></div>
      <div><dt>first seen</dt><dd>${seenView(firstSeenAt, now)}</dd></div>
      <div><dt>last seen</dt><dd>${seenView(lastSeenAt, now)}</dd></div>
      ${acknowledged === null ? nothing : html`<div><dt>acknowledged</dt><dd>${seenView(acknowledged.at, now)}</dd></div>`}
    </dl>
    ${newest === undefined ? html`<p class="quiet">No example is kept.</p>` : sampleView(newest, now)}
    ${older.length === 0 ? nothing : html`<details><summary>Earlier examples: ${older.length}</summary>${older.map(each => sampleView(each, now))}</details>`}`
}

function seenView(at: number, now: number): TemplateResult {
  return html`<time datetime=${new Date(at).toISOString()} title=${momentText(at, now)}>${spanText(now - at)} ago</time>`
}
