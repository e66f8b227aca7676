import { falselyNamed, pairsUntilNamed } from './naming.ts'
import { noisy, type SimulatedPlace, wrong } from './simulated-pairs.ts'

const mistakes: readonly (readonly [string, SimulatedPlace])[] = [
  ['every answer is wrong', wrong('/price', 1)],
  ['one in five', wrong('/price', 0.2)],
  ['one in fifty', wrong('/price', 0.02)],
  ['one in two hundred', wrong('/price', 0.005)],
  ['every answer, where V1 differs from itself in half', { ...noisy('/price', 0.5), shadow: 1 }],
]
const noiseShares = [0.05, 0.2, 0.5]
const runs = 11
const places = 100
const pairs = 1_000_000

/** How soon a mistake of V2 is named, and how often noise is taken for one, as Markdown. */
export function table(say: (line: string) => void): string {
  const rows = mistakes.map(([title, mistake]) => {
    say(`${title} …`)
    const cells = noiseShares.map(share => inWords(pairsUntilNamed(mistake, share, runs)))
    return [title, ...cells]
  })
  const headings = ['V2 is wrong', ...noiseShares.map(share => `noise ${share * 100} %`)]
  const lines = [headings, headings.map(() => '---'), ...rows]
  say('noise alone …')
  const found = falselyNamed(places, pairs, 0.05)
  return [
    ...lines.map(cells => `| ${cells.join(' | ')} |`),
    '',
    `Called real by mistake: ${found} of ${places} noisy places in ${count(pairs)} pairs, looked at after every 20.`,
  ].join('\n')
}

/** `100 pairs, at most 120`, of the runs in order. */
export function inWords(sorted: readonly number[]): string {
  const [middle, most] = [sorted[Math.floor(sorted.length / 2)], sorted.at(-1)] as [number, number]
  return `${count(middle)} pairs, at most ${count(most)}`
}

function count(number: number): string {
  return number.toLocaleString('en-GB')
}
