import type { ExperimentReport } from '../experiment/report.ts'
import { type Html, html } from './html.ts'

/** What experiments say. */
export function experimentTable(experiments: readonly ExperimentReport[]): Html {
  return html`<table><tr><th>Flag<th>Experiment<th>Verdict<th>Where it stands
${experiments.map(
  ({ flag, name, verdict, text }) =>
    html`<tr><td>${flag}<td>${name}<td><b class="${verdict === 'worse' ? 'bad' : 'plain'}">${verdict}</b><td>${text}
`,
)}</table>`
}
