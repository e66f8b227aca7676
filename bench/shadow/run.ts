/**
 * What a shadow costs the clients, and the machine: see bench/README.md. Exit code 1 when a promise is
 * broken.
 */
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { brokenIn, markdown, type Section, table } from '../lines.ts'
import { chooseCores, machineFacts } from '../machine.ts'
import { chosenOf, positiveInteger } from '../options.ts'
import { writeFigures } from '../page.ts'
import { canReadProc } from '../proc.ts'
import { say } from '../say.ts'
import { onStage } from '../stage.ts'
import { toExit } from '../to-exit.ts'
import { lineOf } from './figure.ts'
import { scenarios } from './scenarios.ts'

const { values: options } = parseArgs({
  options: {
    only: { type: 'string' },
    rounds: { type: 'string', default: '16' },
    seconds: { type: 'string', default: '2' },
  },
})

const page = join(import.meta.dirname, '../../docs/bench-shadow.md')
const rounds = positiveInteger('rounds', options.rounds)
const seconds = positiveInteger('seconds', options.seconds)

await toExit(bench)

async function bench(): Promise<boolean> {
  if (!canReadProc()) throw new Error('Cannot watch CPU and memory: /proc must exist')
  const cores = chooseCores()
  const facts = [
    ...machineFacts(),
    `pinning, for cpu and event-loop-one-core: ${cores.note}`,
    `rounds: ${rounds} of ${seconds} s on each side in turns`,
  ]
  const sections: Section[] = []
  for (const { name, what, play } of chosenOf(options.only, scenarios)) {
    say(name)
    const figures = await onStage(stage => play(stage, { seconds, rounds, cores }))
    const lines = figures.map(figure => lineOf(name, figure))
    sections.push({ name, what, lines })
    say(table(lines))
  }
  const lines = sections.flatMap(section => section.lines)
  const { broken, fact } = brokenIn(lines)
  facts.push(fact)
  console.log([...facts, '', table(lines)].join('\n'))
  // Figures of one page come from one run.
  if (options.only === undefined) writeFigures(page, 'bench:shadow', markdown(sections, facts))
  for (const { scenario, what, value, promise } of broken) {
    say(`broken: ${scenario}: ${what} must be ${promise}, was ${value}`)
  }
  return broken.length === 0
}
