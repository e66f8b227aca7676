/** What an idle keep-alive connection costs a gateway in memory: see bench/README.md. */
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { machineFacts } from '../machine.ts'
import { chosenOf, positiveInteger } from '../options.ts'
import { writeFigures } from '../page.ts'
import { canReadProc } from '../proc.ts'
import { say } from '../say.ts'
import { inWords, spreadOf } from '../spread.ts'
import { onStage } from '../stage.ts'
import { toExit } from '../to-exit.ts'
import { type Held, hold } from './hold.ts'
import { idleScenarios } from './idle-scenarios.ts'

const { values: options } = parseArgs({
  options: {
    connections: { type: 'string', default: '10000' },
    rounds: { type: 'string', default: '3' },
    only: { type: 'string' },
  },
})
const page = join(import.meta.dirname, '../../docs/bench.md')
const connections = positiveInteger('connections', options.connections)
const rounds = positiveInteger('rounds', options.rounds)

await toExit(async () => {
  if (!canReadProc()) throw new Error('Cannot watch memory: /proc must exist')
  const facts = [...machineFacts(), `connections: ${connections}; rounds: ${rounds}`]
  const held = await holdAll()
  const rows = [...held].map(
    ([name, all]) => `| ${name} | ${kibibytes(all)} | ${all.map(({ lost }) => lost).join(', ')} |`,
  )
  const report = [
    ...facts.map(fact => `- ${fact}`),
    '',
    '| gateway | KiB per connection | lost in each round |',
    '| --- | --- | --- |',
    ...rows,
  ].join('\n')
  console.log(report)
  // Figures of one page come from one run.
  if (options.only === undefined) writeFigures(page, 'bench:idle', report)
  return [...held.values()].flat().every(({ lost }) => lost === 0)
})

/** In turns, so that a machine that drifts hits all alike. */
function holdAll(): Promise<Map<string, Held[]>> {
  return onStage(async stage => {
    const scenarios = chosenOf(options.only, idleScenarios(stage.scratch, connections))
    const held = new Map<string, Held[]>(scenarios.map(({ name }) => [name, []]))
    for (let round = 1; round <= rounds; round++) {
      for (const scenario of scenarios) {
        const found = await hold(stage, scenario, connections)
        held.get(scenario.name)?.push(found)
        const what = `${kibibytes([found])} KiB each, ${found.lost} lost`
        say(`round ${round} of ${rounds}, ${scenario.name}: ${what}`)
      }
    }
    return held
  })
}

function kibibytes(all: readonly Held[]): string {
  return inWords(spreadOf(all.map(({ bytesEach }) => bytesEach / 1024)), 1)
}
