import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { failuresInWords, figureRows, foundInWords, verdictWords } from './in-words.ts'
import { intervalChart } from './interval-chart.ts'
import { percentileChart } from './percentile-chart.ts'
import type { Report } from './report.ts'
import { roundRows } from './report-text.ts'
import { roundsChart } from './rounds-chart.ts'
import { titles } from './target.ts'
import { overall } from './verdicts.ts'

const style = readFileSync(join(import.meta.dirname, 'report-page.css'), 'utf8')

/** The report as one page that asks for nothing else: it can be sent, kept and printed. */
export function asPage(report: Report): string {
  const { title, facts, judged, figures, loaded, verdict } = report
  const heads = figures.map(({ target }) => titles[target.name])
  const failures = figures.filter(({ failed }) => failed.length > 0)
  const intervals = intervalChart(judged)
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Load test: ${escaped(title)}</title>
<style>
${style}</style>
</head>
<body>
<main>
<h1>Load test</h1>
<p class="title">${escaped(title)}</p>
<p class="verdict ${verdict}"><b>${verdictWords[verdict]}</b> ${escaped(summary(report))}</p>

<section>
<h2>Promises</h2>
<ul class="promises">
${judged
  .map(
    each =>
      `<li><b class="mark ${each.verdict}">${verdictWords[each.verdict]}</b> <div>${escaped(each.words)}` +
      `<p>${escaped(foundInWords(each))}${each.why === '' ? '' : `; ${escaped(each.why)}`}</p></div></li>`,
  )
  .join('\n')}
</ul>
</section>

<section>
<h2>Figures</h2>
${table(
  ['', ...heads],
  figureRows(figures).map(([what, cells]) => [what, ...cells]),
)}
${failures.map(each => `<p>${titles[each.target.name]} failed: ${escaped(failuresInWords(each))}</p>`).join('\n')}
</section>

<section>
<h2>Charts</h2>
<p class="legend">${figures.map(({ target: { name } }) => `<span class="${name}"><svg viewBox="0 0 34 8" aria-hidden="true"><path class="line ${name}" d="M1 4H33"/></svg>${titles[name]}</span>`).join(' ')}</p>
<div class="charts">
${figure('How long answers took', 'Flat and low is good; the right end is the slowest of all.', percentileChart(loaded))}
${figure('p95 of each round', 'Lines that rise or fall together are the machine, not a target.', roundsChart(loaded))}
${intervals === '' ? '' : figure('Beside V1', 'The dot is what was measured, the bar where it lies with a certainty of 95 %, the hooked line the limit.', intervals)}
</div>
</section>

<section>
<h2>p95 of each round</h2>
${table(['round', ...heads], roundRows(report))}
</section>

<section>
<h2>How it was measured</h2>
<ul>
${facts.map(fact => `<li>${escaped(fact)}</li>`).join('\n')}
</ul>
</section>
</main>
</body>
</html>
`
}

/** What the verdict rests on, in a sentence. */
function summary({ judged }: Report): string {
  const kept = judged.filter(({ verdict }) => verdict === 'pass').length
  const open = judged.filter(({ verdict }) => verdict === 'cannot-tell').length
  const all = `${kept} of ${judged.length} promises kept`
  if (overall(judged) === 'pass') return all
  const broken = judged.length - kept - open
  const parts = [broken > 0 ? `${broken} broken` : '', open > 0 ? `${open} cannot be told` : '']
  return `${all}, ${parts.filter(Boolean).join(', ')}`
}

function figure(title: string, hint: string, drawing: string): string {
  return `<figure><figcaption><b>${title}</b>${hint}</figcaption>\n${drawing}\n</figure>`
}

function table(heads: readonly string[], rows: readonly (readonly string[])[]): string {
  const head = heads.map(text => `<th scope="col">${escaped(text)}</th>`).join('')
  const body = rows.map(([first = '', ...cells]) => {
    const rest = cells.map(cell => `<td>${escaped(cell)}</td>`).join('')
    return `<tr><th scope="row">${escaped(first)}</th>${rest}</tr>`
  })
  return `<div class="wide"><table><thead><tr>${head}</tr></thead>\n<tbody>\n${body.join('\n')}\n</tbody></table></div>`
}

function escaped(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
}
