import { type Judgement, ratioOf } from './gates.ts'
import type { Sample } from './measure.ts'
import { inWords, spreadOf } from './spread.ts'

/** All rounds of one scenario. */
export interface Series {
  readonly name: string
  readonly samples: readonly Sample[]
}

const headings = [
  'scenario',
  'µs CPU/request',
  '× http-proxy',
  'requests/s',
  'p50 ms',
  'p99 ms',
  'RSS MiB',
]

/** One line per scenario: median over the rounds, with the range in brackets. */
export function table(series: readonly Series[], markdown: boolean): string {
  const base = cpuOf(series, 'http-proxy')
  const rows = series.map(({ name, samples }) => [
    name,
    inWords(spreadOf(cpuOf(series, name)), 1),
    inWords(ratioOf(cpuOf(series, name), base), 2),
    inWords(spreadOf(samples.map(sample => sample.requestsPerSecond)), 0),
    inWords(spreadOf(samples.map(sample => sample.p50)), 0),
    inWords(spreadOf(samples.map(sample => sample.p99)), 0),
    inWords(spreadOf(present(samples.map(sample => sample.residentBytes)).map(toMebibytes)), 0),
  ])
  const widths = headings.map((heading, i) =>
    Math.max(heading.length, ...rows.map(row => row[i]?.length ?? 0)),
  )
  const line = (cells: readonly string[]) => {
    const padded = cells.map((cell, i) => cell.padEnd(widths[i] ?? 0))
    return markdown ? `| ${padded.join(' | ')} |` : padded.join('  ').trimEnd()
  }
  return [line(headings), line(widths.map(width => '-'.repeat(width))), ...rows.map(line)].join(
    '\n',
  )
}

/** `pass  switchback / nginx ≤ 2.3: 1.95 (1.90–2.01)` */
export function gateLine({ verdict, scenario, against, by, max, found }: Judgement): string {
  const compared = by === 'ratio' ? `/ ${against} ≤ ${max}` : `− ${against} ≤ ${max} µs`
  return `${verdict.padEnd(12)}  ${scenario} ${compared}: ${inWords(found, 2)}`
}

/** CPU time per request of each round of a scenario; empty when it was not measured. */
export function cpuOf(series: readonly Series[], name: string): number[] {
  const samples = series.find(entry => entry.name === name)?.samples ?? []
  return present(samples.map(sample => sample.cpuMicroseconds))
}

function present(values: readonly (number | null)[]): number[] {
  return values.filter(value => value !== null)
}

function toMebibytes(bytes: number): number {
  return bytes / 2 ** 20
}
