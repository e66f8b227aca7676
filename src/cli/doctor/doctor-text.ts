import { printable } from '../printable.ts'
import type { Finding, FindingState } from './judgement.ts'

/** What needs a person's eye is written large. */
const words: Readonly<Record<FindingState, string>> = {
  ok: 'ok',
  warning: 'WARNING',
  problem: 'PROBLEM',
  skipped: 'skipped',
}

export type FindingCounts = Readonly<Record<FindingState, number>>

export function countFindings(findings: readonly Finding[]): FindingCounts {
  const counts = { ok: 0, warning: 0, problem: 0, skipped: 0 }
  for (const { state } of findings) counts[state]++
  return counts
}

/** A line for each finding, another for what to do about it, and the sum. */
export function doctorText(findings: readonly Finding[]): string[] {
  const stateWidth = widest(Object.values(words))
  const checkWidth = widest(findings.map(({ check }) => check))
  const { ok, warning, problem, skipped } = countFindings(findings)
  return [
    ...findings.flatMap(({ state, check, subject, found, next }) => {
      const said = subject === '' ? found : `${subject}: ${found}`
      const head = `${words[state].padEnd(stateWidth)}  ${check.padEnd(checkWidth)}`
      const line = printable(`${head}  ${said}`)
      return next === null
        ? [line]
        : [line, printable(`${' '.repeat(stateWidth + checkWidth + 4)}do: ${next}`)]
    }),
    `${ok} ok, ${inWords(warning, 'warning')}, ${inWords(problem, 'problem')}, ${skipped} skipped`,
  ]
}

function widest(texts: readonly string[]): number {
  return Math.max(0, ...texts.map(text => text.length))
}

function inWords(count: number, word: string): string {
  return `${count} ${word}${count === 1 ? '' : 's'}`
}
