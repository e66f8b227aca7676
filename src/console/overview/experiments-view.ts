import type { ExperimentReport } from '../../experiment/report.ts'
import { countText, shareText } from '../show/numbers.ts'
import { html, nothing, type TemplateResult } from '../template.ts'
import { intervalView } from './interval-view.ts'

const verdicts: Readonly<
  Record<ExperimentReport['verdict'], { readonly mark: string; readonly words: string }>
> = {
  'not-yet': { mark: '…', words: 'not yet' },
  better: { mark: '✓', words: 'better' },
  'no-worse': { mark: '✓', words: 'no worse' },
  worse: { mark: '✕', words: 'worse' },
  'no-difference-shown': { mark: '–', words: 'no difference shown' },
}

/** What experiments say of the users of V1 and of V2. */
export function experimentsView(
  flag: string,
  experiments: readonly ExperimentReport[],
): TemplateResult | typeof nothing {
  if (experiments.length === 0) return nothing
  return html`<h3 id="experiments-${flag}">Experiments</h3>
    <ul class="budgets experiments" aria-labelledby="experiments-${flag}">${experiments.map(experimentView)}</ul>`
}

function experimentView(report: ExperimentReport): TemplateResult {
  const { name, text, verdict, rule, v1, v2, interval } = report
  const { mark, words } = verdicts[verdict]
  const mean = (value: number | null) =>
    value === null ? '–' : rule.of === 'share' ? shareText(value) : Number(value.toPrecision(3))
  return html`<li class=${verdict}>
    <p class="verdict"><span aria-hidden="true">${mark}</span> ${words}</p>
    <div>
      <p class="budget">${name} <span class="quiet">${rule.better} is better</span></p>
      <p class="quiet">${text}</p>
      ${interval === null ? nothing : intervalView(interval, rule)}
    </div>
    <dl>
      <div class="v1"><dt>V1</dt><dd>${mean(v1.mean)}</dd></div>
      <div class="v2"><dt>V2</dt><dd>${mean(v2.mean)}</dd></div>
      <div class="v1"><dt>V1 users</dt><dd>${countText(v1.users)}</dd></div>
      <div class="v2"><dt>V2 users</dt><dd>${countText(v2.users)}</dd></div>
    </dl>
  </li>`
}
