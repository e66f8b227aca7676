/**
 * What a bad V2, a dead worker or a lost Redis costs clients, and how fast all traffic is back on V1:
 * see bench/README.md. Exit code 1 when a promise is broken.
 */
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { brokenIn, markdown, table } from '../lines.ts'
import { machineFacts } from '../machine.ts'
import { chosenOf, positiveInteger } from '../options.ts'
import { writeFigures } from '../page.ts'
import { say } from '../say.ts'
import { onStage } from '../stage.ts'
import { toExit } from '../to-exit.ts'
import type { Figure } from './figure.ts'
import { linesOf } from './report.ts'
import { scenarios } from './scenarios.ts'

const { values: options } = parseArgs({
  options: {
    only: { type: 'string' },
    rounds: { type: 'string', default: '3' },
  },
})

const page = join(import.meta.dirname, '../../docs/failover.md')
const rounds = positiveInteger('rounds', options.rounds)

await toExit(bench)

async function bench(): Promise<boolean> {
  const facts = [...machineFacts(), `rounds: ${rounds}, one scenario after the other`]
  const chosen = chosenOf(options.only, scenarios)
  const played = chosen.map(({ name, what }) => ({ name, what, rounds: [] as Figure[][] }))
  for (let round = 1; round <= rounds; round++) {
    for (const [i, scenario] of chosen.entries()) {
      say(`round ${round}: ${scenario.name}`)
      played[i]?.rounds.push(await onStage(scenario.play))
    }
  }
  const sections = played.map(each => ({ ...each, lines: linesOf(each) }))
  const lines = sections.flatMap(section => section.lines)
  const { broken, fact } = brokenIn(lines)
  facts.push(fact)
  console.log([...facts, '', table(lines)].join('\n'))
  // Figures of one page come from one run.
  if (options.only === undefined) writeFigures(page, 'bench:failover', markdown(sections, facts))
  for (const { scenario, what, value, promise } of broken) {
    say(`broken: ${scenario}: ${what} must be ${promise}, was ${value}`)
  }
  return broken.length === 0
}
