import { inWords, spreadOf } from '../spread.ts'
import { type Figure, isKept } from './figure.ts'

/** All rounds of one scenario. */
export interface Played {
  readonly name: string
  readonly what: string
  readonly rounds: readonly (readonly Figure[])[]
}

/** One figure over the rounds. */
export interface Line {
  readonly scenario: string
  readonly what: string
  /** Median over the rounds, with the range in brackets. */
  readonly value: string
  /** What is promised, in words; empty for nothing. */
  readonly promise: string
  /** A promise is kept when every round kept it. */
  readonly verdict: 'pass' | 'broken' | ''
}

export function linesOf({ name, rounds }: Played): Line[] {
  const [first = []] = rounds
  return first.map(({ what, most }) => {
    const figures = rounds.flatMap(round => round.find(figure => figure.what === what) ?? [])
    const verdicts = figures.map(isKept)
    const isPromise = most !== undefined
    return {
      scenario: name,
      what,
      value: figureInWords(figures),
      promise: isPromise ? `≤ ${most}` : '',
      verdict: !isPromise ? '' : verdicts.every(kept => kept) ? 'pass' : 'broken',
    }
  })
}

function figureInWords(figures: readonly Figure[]): string {
  const values = figures.flatMap(({ value }) => value ?? [])
  const digits = values.every(Number.isInteger) && values.length === 1 ? 0 : 1
  const words = inWords(spreadOf(values), digits).replaceAll('.0', '')
  const never = figures.length - values.length
  return never === 0 ? words : `${words}, never in ${never} of ${figures.length}`
}

/** For a terminal. */
export function table(lines: readonly Line[]): string {
  const rows = lines.map(line => [line.scenario, line.what, line.value, line.promise, line.verdict])
  const widths = [0, 1, 2, 3].map(i => Math.max(...rows.map(row => (row[i] as string).length)))
  return rows
    .map(row =>
      row
        .map((cell, i) => cell.padEnd(widths[i] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n')
}

/** A heading, the sentence and a table for each scenario. */
export function markdown(played: readonly Played[], facts: readonly string[]): string {
  const sections = played.map(each => {
    const rows = linesOf(each).map(
      ({ what, value, promise, verdict }) => `| ${what} | ${value} | ${promise} | ${verdict} |`,
    )
    const head = ['| figure | median (range) | promise | |', '| --- | --- | --- | --- |']
    return [`### ${each.name}`, '', `${each.what}.`, '', ...head, ...rows].join('\n')
  })
  return [facts.map(fact => `- ${fact}`).join('\n'), ...sections].join('\n\n')
}

const [begin, end] = ['<!-- figures: written by bench:failover -->', '<!-- end of figures -->']

/** Puts figures between the markers of a page; throws where it has none. */
export function withFigures(page: string, figures: string): string {
  const [from, to] = [page.indexOf(begin), page.indexOf(end)]
  if (from < 0 || to < from) throw new Error(`Cannot write figures: the page must hold ${begin}`)
  return `${page.slice(0, from + begin.length)}\n\n${figures}\n\n${page.slice(to)}`
}
