/**
 * What a bad V2, a dead worker or a lost Redis costs clients, and how fast all traffic is back on V1:
 * see bench/README.md. Exit code 1 when a promise is broken.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { machineFacts } from '../machine.ts'
import { positiveInteger } from '../options.ts'
import { say } from '../say.ts'
import { createScratch } from '../scenarios.ts'
import { createChildren } from './children.ts'
import type { Figure } from './figure.ts'
import { linesOf, markdown, type Played, table, withFigures } from './report.ts'
import { scenarios } from './scenarios.ts'
import type { Scenario } from './stage.ts'

const { values: options } = parseArgs({
  options: {
    only: { type: 'string' },
    rounds: { type: 'string', default: '3' },
  },
})

const page = join(import.meta.dirname, '../../docs/failover.md')
const rounds = positiveInteger('rounds', options.rounds)
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(130))

try {
  process.exitCode = (await bench()) ? 0 : 1
} catch (error) {
  say((error as Error).stack ?? String(error))
  process.exitCode = 1
}

async function bench(): Promise<boolean> {
  const facts = [...machineFacts(), `rounds: ${rounds}, one scenario after the other`]
  const chosen = choose(options.only)
  const played = chosen.map(({ name, what }) => ({ name, what, rounds: [] as Figure[][] }))
  for (let round = 1; round <= rounds; round++) {
    for (const [i, scenario] of chosen.entries()) {
      say(`round ${round}: ${scenario.name}`)
      played[i]?.rounds.push(await playOnce(scenario))
    }
  }
  const lines = played.flatMap(linesOf)
  const promises = lines.filter(({ verdict }) => verdict !== '')
  const broken = promises.filter(({ verdict }) => verdict === 'broken')
  facts.push(`promises: ${promises.length}, broken: ${broken.length}`)
  console.log([...facts, '', table(lines)].join('\n'))
  // Figures of one page come from one run.
  if (options.only === undefined) write(played, facts)
  for (const { scenario, what, value, promise } of broken) {
    say(`broken: ${scenario}: ${what} must be ${promise}, was ${value}`)
  }
  return broken.length === 0
}

function choose(only: string | undefined): readonly Scenario[] {
  if (only === undefined) return scenarios
  const names = only.split(',')
  const unknown = names.find(name => !scenarios.some(scenario => scenario.name === name))
  if (unknown !== undefined) {
    const known = scenarios.map(({ name }) => name).join(', ')
    throw new Error(`Cannot run: --only must be of ${known}; received ${unknown}`)
  }
  return scenarios.filter(({ name }) => names.includes(name))
}

async function playOnce(scenario: Scenario): Promise<Figure[]> {
  const children = createChildren()
  const scratch = createScratch()
  const closers: (() => void)[] = []
  process.once('exit', scratch.remove)
  try {
    return await scenario.play({
      children,
      scratch: scratch.dir,
      defer: close => void closers.push(close),
    })
  } finally {
    for (const close of closers) close()
    await children.close()
    scratch.remove()
    process.off('exit', scratch.remove)
  }
}

function write(played: readonly Played[], facts: readonly string[]): void {
  writeFileSync(page, withFigures(readFileSync(page, 'utf8'), markdown(played, facts)))
}
