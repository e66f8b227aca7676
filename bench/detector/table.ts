import {
  allowed,
  type Delays,
  delaysAt,
  type FalseAlarms,
  falseAlarmsAt,
  requestsPerSecond,
  rules,
} from './delays.ts'

/** V2's share of failures, in the words of the table. */
const within = [
  ['half of the budget', allowed / 2],
  ['exactly the budget', allowed],
] as const
const over = [
  ['1.5 times the budget', allowed * 1.5],
  ['2 times', allowed * 2],
  ['5 times', allowed * 5],
  ['a quarter fails', 0.25],
  ['everything fails', 1],
] as const

/** What each rule makes of each share of failures, as Markdown. */
export function table(say: (line: string) => void): string {
  const rows = [
    ...within.map(([title, share]) => [title, share, falseAlarmsAt, alarmsInWords] as const),
    ...over.map(([title, share]) => [title, share, delaysAt, delaysInWords] as const),
  ].map(([title, share, measure, inWords]) => {
    say(`${title} …`)
    const cells = [rules.detector, rules.window].map(rule => inWords(measure(share, rule) as never))
    return [title, percent(share), ...cells]
  })
  const headings = ['V2', 'failures', 'the detector', '60 s windows, 5 in a row']
  return [headings, headings.map(() => '---'), ...rows]
    .map(cells => `| ${cells.join(' | ')} |`)
    .join('\n')
}

function alarmsInWords({ alarms, requests }: FalseAlarms): string {
  return `${alarms} false alarms in ${count(requests)} requests`
}

/** A cell of the table: how soon a share of failures is found. */
export function delaysInWords({ runs, found }: Delays): string {
  if (found.length < runs) return `found in ${found.length} of ${runs} runs`
  const at = (quantile: number) => found[Math.ceil(found.length * quantile) - 1] as number
  return `${count(at(0.5))} requests (${time(at(0.5))}), at most ${count(at(0.95))} in 95 %`
}

function time(requests: number): string {
  const seconds = requests / requestsPerSecond
  if (seconds < 1) return `${Math.ceil(seconds * 1000)} ms`
  return seconds < 120 ? `${seconds.toPrecision(2)} s` : `${(seconds / 60).toFixed(1)} min`
}

function percent(share: number): string {
  return `${share * 100} %`
}

function count(number: number): string {
  return number.toLocaleString('en-GB')
}
