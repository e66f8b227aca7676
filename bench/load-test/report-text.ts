import { pooledQuantile } from '../pooled-quantile.ts'
import {
  failuresInWords,
  figureRows,
  foundInWords,
  milliseconds,
  verdictWords,
} from './in-words.ts'
import type { Report } from './report.ts'
import { titles } from './target.ts'

/** For a terminal. */
export function asText(report: Report): string {
  const { title, facts, judged, figures } = report
  const heads = figures.map(({ target }) => titles[target.name])
  const table = [['', heads] as const, ...figureRows(figures)].map(([what, cells]) => [
    what,
    ...cells,
  ])
  return [
    title,
    '',
    ...facts,
    '',
    ...aligned(table),
    ...failureLines(report, '  '),
    '',
    ...judged.flatMap(each => [
      `${verdictWords[each.verdict].padEnd(12)}${each.words}: ${foundInWords(each)}`,
      ...(each.why === '' ? [] : [`${' '.repeat(12)}${each.why}`]),
    ]),
    '',
    `verdict: ${verdictWords[report.verdict]}`,
  ].join('\n')
}

export function asMarkdown(report: Report): string {
  const { title, facts, judged, figures } = report
  const heads = figures.map(({ target }) => titles[target.name])
  const failures = failureLines(report, '- ')
  return `${[
    `# Load test: ${title}`,
    `Verdict: **${verdictWords[report.verdict]}**`,
    facts.map(fact => `- ${fact}`).join('\n'),
    '## Promises',
    markdownTable(
      ['promise', 'measured', 'verdict'],
      judged.map(each => [
        each.words,
        foundInWords(each),
        verdictWords[each.verdict] + (each.why === '' ? '' : `: ${each.why}`),
      ]),
    ),
    '## Figures',
    markdownTable(
      ['', ...heads],
      figureRows(figures).map(([what, cells]) => [what, ...cells]),
    ),
    ...(failures.length === 0 ? [] : ['## What failed', failures.join('\n')]),
    '## p95 of each round',
    markdownTable(['round', ...heads], roundRows(report)),
  ].join('\n\n')}\n`
}

/** The p95 of each round, a cell for each target. */
export function roundRows({ loaded }: Report): string[][] {
  const [first] = loaded
  return (first?.rounds ?? []).map((_, i) => [
    String(i + 1),
    ...loaded.map(({ rounds }) =>
      milliseconds(pooledQuantile([rounds[i]?.timesMs ?? []], 0.95)([1])),
    ),
  ])
}

function failureLines({ figures }: Report, mark: string): string[] {
  return figures
    .filter(({ failed }) => failed.length > 0)
    .map(each => `${mark}${titles[each.target.name]} failed: ${failuresInWords(each)}`)
}

function markdownTable(heads: readonly string[], rows: readonly (readonly string[])[]): string {
  return [heads, heads.map(() => '---'), ...rows].map(row => `| ${row.join(' | ')} |`).join('\n')
}

function aligned(rows: readonly (readonly string[])[]): string[] {
  const widths = (rows[0] ?? []).map((_, i) => Math.max(...rows.map(row => (row[i] ?? '').length)))
  return rows.map(row =>
    row
      .map((cell, i) =>
        i === 0 ? cell.padEnd(widths[i] ?? 0) : cell.padStart((widths[i] ?? 0) + 2),
      )
      .join('')
      .trimEnd(),
  )
}
