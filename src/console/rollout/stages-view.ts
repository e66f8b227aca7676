import type { RolloutReport } from '../../fleet/rollout/rollout-report.ts'
import { spanText } from '../show/moments.ts'
import { countText, percentText } from '../show/numbers.ts'
import { html, nothing, type TemplateResult } from '../template.ts'

type Stage = RolloutReport['stages'][number]

const standing: Readonly<
  Record<Stage['stands'], { readonly mark: string; readonly words: string }>
> = {
  over: { mark: '✓', words: 'over' },
  here: { mark: '●', words: 'here' },
  next: { mark: '○', words: 'next' },
  ahead: { mark: '○', words: 'ahead' },
  unknown: { mark: '?', words: 'unknown: the flag cannot be read' },
}

const people = {
  automatic: null,
  'one-person': 'a person agrees',
  'two-persons': 'two persons agree',
}

/** All stages in their order, and where the rollout stands. */
export function stagesView({ stages, flag, percent, phase }: RolloutReport): TemplateResult {
  const isBetween =
    percent !== null && phase !== 'promoted' && !stages.some(({ stands }) => stands === 'here')
  return html`<ol class="stages" aria-label="Stages of ${flag}">${stages.map(
    (stage, i) =>
      html`<li class=${stage.stands} aria-current=${stage.stands === 'here' ? 'step' : nothing}>
        <p class="at"><span class="mark" aria-hidden="true">${standing[stage.stands].mark}</span> <b>${stage.text}</b></p>
        <p class="stands">${standing[stage.stands].words}</p>
        <p class="quiet">${demands(stage, i === stages.length - 1).join(', ')}</p>
      </li>`,
  )}</ol>
  ${isBetween ? html`<p>The flag says ${percentText(percent)}, which is none of the stages.</p>` : nothing}`
}

/** What the stage demands before it is left. Behind the last nobody is asked. */
function demands(
  { holdMs, minRequests, ask, approve, experiments }: Stage,
  isLast: boolean,
): string[] {
  const person = people[approve]
  return [
    ...(holdMs === 0 ? [] : [spanText(holdMs)]),
    `${countText(minRequests)} ${minRequests === 1 ? 'request' : 'requests'}`,
    ...experiments.map(name => `experiment ${name}`),
    ...(ask === null || isLast ? [] : ['an address says go']),
    ...(person === null || isLast ? [] : [person]),
  ]
}
