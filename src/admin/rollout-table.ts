import type { RolloutReport } from '../fleet/rollout/rollout-report.ts'
import { type Html, html } from './html.ts'

/** Where rollouts stand. */
export function rolloutTable(rollouts: readonly RolloutReport[]): Html {
  return html`<table><tr><th>Flag<th>Phase<th>Stages<th>Where it stands
${rollouts.map(
  ({ flag, phase, stages, text }) =>
    html`<tr><td>${flag}<td><b class="${phase === 'switched-back' ? 'bad' : 'plain'}">${phase}</b><td>${stages.map((stage, i) => html`${i === 0 ? '' : ' → '}${stage.stands === 'here' ? html`<b>${stage.text}</b>` : stage.text}`)}<td>${text}
`,
)}</table>`
}
