/** One thing that was measured, over the rounds. */
export interface Line {
  readonly scenario: string
  /** In words, with its unit. */
  readonly what: string
  /** Median over the rounds, with the range in brackets. */
  readonly value: string
  /** What is promised, in words; empty for nothing. */
  readonly promise: string
  readonly verdict: 'pass' | 'broken' | ''
}

/** A scenario in the report. */
export interface Section {
  readonly name: string
  /** What was done, in a sentence without its full stop. */
  readonly what: string
  readonly lines: readonly Line[]
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
export function markdown(sections: readonly Section[], facts: readonly string[]): string {
  const texts = sections.map(section => {
    const rows = section.lines.map(
      ({ what, value, promise, verdict }) => `| ${what} | ${value} | ${promise} | ${verdict} |`,
    )
    const head = ['| figure | median (range) | promise | |', '| --- | --- | --- | --- |']
    return [`### ${section.name}`, '', `${section.what}.`, '', ...head, ...rows].join('\n')
  })
  return [facts.map(fact => `- ${fact}`).join('\n'), ...texts].join('\n\n')
}

/** Tells each broken promise, and how many there are. */
export function brokenIn(lines: readonly Line[]): {
  readonly broken: Line[]
  readonly fact: string
} {
  const promises = lines.filter(({ verdict }) => verdict !== '')
  const broken = promises.filter(({ verdict }) => verdict === 'broken')
  return { broken, fact: `promises: ${promises.length}, broken: ${broken.length}` }
}
