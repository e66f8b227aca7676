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
import type { Scenario } from './stage.ts'

export interface RoundsOptions {
  readonly scenarios: readonly Scenario[]
  /** File in `docs` that the figures of a whole run are written into. */
  readonly page: string
  /** The npm script that writes them. */
  readonly by: string
}

/**
 * Plays scenarios in rounds, as the command line says (`--only a,b`, `--rounds 3`), and ends as a program:
 * exit code 1 when a promise is broken.
 */
export function benchInRounds({ scenarios, page, by }: RoundsOptions): Promise<void> {
  const { values: options } = parseArgs({
    options: {
      only: { type: 'string' },
      rounds: { type: 'string', default: '3' },
    },
  })
  const rounds = positiveInteger('rounds', options.rounds)

  return toExit(async () => {
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
    if (options.only === undefined) {
      // Figures of one page come from one run.
      writeFigures(join(import.meta.dirname, '../../docs', page), by, markdown(sections, facts))
    }
    for (const { scenario, what, value, promise } of broken) {
      say(`broken: ${scenario}: ${what} must be ${promise}, was ${value}`)
    }
    return broken.length === 0
  })
}
