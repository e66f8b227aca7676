/** What clients notice of each fault, and whether that is allowed: see docs/chaos.md. */
import { join } from 'node:path'
import { ArgumentFault, number } from '../../src/cli/arguments.ts'
import { exitCodes, readOptions, toExitCode } from '../exit-code.ts'
import { createProgress } from '../load-test/progress.ts'
import { machineFacts } from '../machine.ts'
import { chosenOf } from '../options.ts'
import { writeFigures } from '../page.ts'
import { onStage } from '../stage.ts'
import type { Fault } from './fault.ts'
import { faults } from './faults.ts'
import { playFault, type Scale, usualScale } from './play.ts'
import { asMarkdown, asText, type Score, scoreOf, verdictOf } from './scorecard.ts'

const page = join(import.meta.dirname, '../../docs/chaos.md')
/** For the start of everything, and its end. */
const aroundSeconds = 4

const usage = `npm run chaos -- [options]

  --only <names>     these faults only, with commas: ${faults.map(({ name }) => name).join(', ')}
  --traffic <n>      requests a second (default: ${usualScale.rate})
  --write            put the scorecard into docs/chaos.md; of a run of all faults
  --help             this

Exit code 0: nothing was worse than allowed. 1: something was. 2: it could not begin. 3: it broke off.
`

await toExitCode(async () => {
  const { only, traffic, write, help } = readOptions({
    only: { type: 'string' },
    traffic: { type: 'string', default: String(usualScale.rate) },
    write: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  })
  if (help) {
    process.stdout.write(usage)
    return exitCodes.pass
  }
  const chosen = chosenFrom(only)
  const scale = { ...usualScale, rate: number(1000, 1)(traffic) }
  const facts = [
    ...machineFacts(),
    `clients: ${scale.rate} requests a second, a fifth of them POSTs`,
  ]
  const { scores, brokenOff } = await playAll(chosen, scale)
  const worse = scores.filter(score => score.worse.length > 0).length
  const ends = [`faults: ${scores.length}, worse than allowed: ${worse}`, ...brokenOff]
  console.log([...facts, '', asText(scores), '', ...ends].join('\n'))
  const isWhole = only === undefined && brokenOff.length === 0
  if (write && isWhole) writeFigures(page, 'chaos', asMarkdown(facts, scores))
  if (worse > 0) return exitCodes.fail
  return brokenOff.length === 0 ? exitCodes.pass : exitCodes['cannot-tell']
})

function chosenFrom(only: string | undefined): readonly Fault[] {
  try {
    return chosenOf(only, faults)
  } catch (error) {
    throw new ArgumentFault((error as Error).message)
  }
}

/** @returns With what could not be played to its end, in words. */
async function playAll(
  chosen: readonly Fault[],
  scale: Scale,
): Promise<{ readonly scores: Score[]; readonly brokenOff: string[] }> {
  const { warmUpMs, lastsMs, afterwardsMs } = scale
  const seconds = (warmUpMs + lastsMs + afterwardsMs) / 1000 + aroundSeconds
  const total = seconds * chosen.length
  const progress = createProgress(process.stderr, total, () => performance.now())
  const scores: Score[] = []
  const brokenOff: string[] = []
  try {
    for (const [i, fault] of chosen.entries()) {
      progress.begin(`${i + 1} of ${chosen.length}: ${fault.name}`, seconds)
      try {
        const score = scoreOf(fault, await onStage(stage => playFault(stage, fault, scale)))
        scores.push(score)
        progress.tell(`${fault.name}: ${verdictOf(score)}`)
      } catch (error) {
        const words = `${fault.name}: broke off: ${(error as Error).message}`
        brokenOff.push(words)
        progress.tell(words)
      }
    }
    return { scores, brokenOff }
  } finally {
    progress.close()
  }
}
