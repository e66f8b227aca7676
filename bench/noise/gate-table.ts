import { type Decided, gateOf } from './gate.ts'
import { noisy, type SimulatedPlace } from './simulated-pairs.ts'
import { inWords } from './table.ts'

/** A place in which V1 differs from itself at a rate, and V2 is wrong in so many answers besides. */
function wrongIn(noise: number, fault: number): SimulatedPlace {
  return { ...noisy('/stock', noise), shadow: noise + (1 - noise) * fault }
}

const places: readonly (readonly [string, SimulatedPlace])[] = [
  ['a new id in every answer', wrongIn(1, 0)],
  ['a clock, in 90 %', wrongIn(0.9, 0)],
  ['a shuffled list of three, in 5 of 6', wrongIn(5 / 6, 0)],
  ['a clock, in 40 %', wrongIn(0.4, 0)],
  ['a flap in 2 %', wrongIn(0.02, 0)],
  ['2 %, and V2 is wrong in 4 %', wrongIn(0.02, 0.04)],
  ['2 %, and V2 is wrong in 10 %', wrongIn(0.02, 0.1)],
  ['5 %, and V2 is wrong in 5 %', wrongIn(0.05, 0.05)],
  ['1 %, and V2 is wrong in 2 %', wrongIn(0.01, 0.02)],
  ['30 %, and V2 is wrong in 10 %', wrongIn(0.3, 0.1)],
  ['30 %, and V2 is wrong in 30 %', wrongIn(0.3, 0.3)],
]
const runs = 40
const most = 200_000

/** What a budget of 0.5 % comes to in a noisy place, as Markdown. */
export function gateTable(say: (line: string) => void): string {
  const rows = places.map(([title, place]) => {
    say(`the gate, where V1 differs from itself: ${title} …`)
    const { passes, breaches, neither } = gateOf(place, runs, most)
    return [title, told(passes), told(breaches), String(neither)]
  })
  const headings = ['V1 differs from itself', 'passes', 'is exceeded', 'neither']
  const lines = [headings, headings.map(() => '---'), ...rows]
  return [
    `The first word of a budget of 0.5 % in ${runs} rollouts with \`noise\` at 5 %, each asked after every 20 of ${most.toLocaleString('en-GB')} pairs at most:`,
    '',
    ...lines.map(cells => `| ${cells.join(' | ')} |`),
  ].join('\n')
}

/** `40, after 960 pairs, at most 1,360` */
function told(ends: Decided['passes']): string {
  return ends.length === 0 ? '0' : `${ends.length}, after ${inWords(ends)}`
}
