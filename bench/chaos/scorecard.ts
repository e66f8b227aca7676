import type { Fault } from './fault.ts'
import { worseThan } from './rules.ts'
import { endingsOf, p99s, recoveryMs, type Sighting } from './sighting.ts'

/** One line of the scorecard. */
export interface Score {
  readonly fault: Pick<Fault, 'name' | 'what' | 'rows' | 'rules'>
  /** `200: 1480, 503: 12` */
  readonly saw: string
  readonly p99: string
  /** Until the last request was due that failed. */
  readonly recovered: string
  /** What was worse than allowed; empty for nothing. */
  readonly worse: readonly string[]
}

export function scoreOf(fault: Fault, sighting: Sighting): Score {
  const [before, after] = p99s(sighting)
  const recovered = recoveryMs(sighting)
  return {
    fault,
    saw: endingsOf(sighting)
      .map(([what, requests]) => `${what}: ${requests}`)
      .join(', '),
    p99: `${milliseconds(before)} → ${milliseconds(after)}`,
    recovered: recovered === null ? 'never' : recovered === 0 ? 'at once' : milliseconds(recovered),
    worse: worseThan(fault.rules, sighting),
  }
}

export function verdictOf({ worse }: Score): string {
  return worse.length === 0 ? 'as allowed' : `worse: ${worse.join(', ')}`
}

/** For a terminal. */
export function asText(scores: readonly Score[]): string {
  return scores
    .map(score =>
      [
        `${score.fault.name}: ${verdictOf(score)}`,
        `  clients saw   ${score.saw}`,
        `  p99           ${score.p99}`,
        `  well again    ${score.recovered}`,
      ].join('\n'),
    )
    .join('\n')
}

export function asMarkdown(facts: readonly string[], scores: readonly Score[]): string {
  const rows = scores.map(score => {
    const { name, what, rows, rules } = score.fault
    const allowed = rules.map(({ words }) => words).join('; ')
    const held = rows.length === 0 ? '' : ` (${rows.join(', ')})`
    const cells = [
      `**${name}**: ${what}`,
      score.saw,
      score.p99,
      score.recovered,
      allowed + held,
      verdictOf(score),
    ]
    return `| ${cells.join(' | ')} |`
  })
  return [
    ...facts.map(fact => `- ${fact}`),
    '',
    '| fault | clients saw | p99 before → since | well again | allowed | |',
    '| --- | --- | --- | --- | --- | --- |',
    ...rows,
  ].join('\n')
}

function milliseconds(value: number | null): string {
  return value === null ? '–' : `${value.toFixed(0)} ms`
}
