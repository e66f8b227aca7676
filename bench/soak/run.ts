/** Mixed traffic for a long time, and what it leaves behind: see docs/soak.md. */
import { join } from 'node:path'
import { number, time } from '../../src/cli/arguments.ts'
import { CannotBegin, exitCodes, readOptions, toExitCode } from '../exit-code.ts'
import { overall, type Verdict } from '../load-test/verdicts.ts'
import { machineFacts } from '../machine.ts'
import { writeFigures } from '../page.ts'
import { canReadProc } from '../proc.ts'
import { onStage } from '../stage.ts'
import { type Finding, findingsOf } from './findings.ts'
import { type SoakOptions, soak } from './soak.ts'

const page = join(import.meta.dirname, '../../docs/soak.md')
const usage = `npm run soak -- [options]

  --for <time>       such as 90s or 10m; memory gets a verdict from 10m on (default: 10m)
  --traffic <n>      requests a second, WebSockets among them (default: 60)
  --write            put the figures into docs/soak.md
  --help             this

Exit code 0: every promise was kept. 1: one was broken. 2: it could not begin. 3: it cannot be told.
`

await toExitCode(run)

async function run(): Promise<number> {
  const options = read()
  if (options === null) {
    process.stdout.write(usage)
    return exitCodes.pass
  }
  const facts = [
    ...machineFacts(),
    `traffic: ${options.perSecond} a second for ${options.durationMs / 60_000} min`,
  ]
  const findings = findingsOf(await onStage(stage => soak(options, stage, process.stderr)))
  const judged = findings.filter(
    (each): each is Finding & { verdict: Verdict } => each.verdict !== '',
  )
  const verdict = overall(judged)
  console.log([...facts, '', textOf(findings), '', `verdict: ${verdict}`].join('\n'))
  if (options.write) writeFigures(page, 'soak', markdownOf(facts, findings))
  return exitCodes[verdict]
}

function read(): (SoakOptions & { readonly write: boolean }) | null {
  const values = readOptions({
    for: { type: 'string', default: '10m' },
    traffic: { type: 'string', default: '60' },
    write: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  })
  if (values.help) return null
  if (!canReadProc()) {
    throw new CannotBegin('Cannot soak: /proc must be there, memory and files are read in it.')
  }
  return {
    durationMs: time(values.for),
    perSecond: number(1000, 1)(values.traffic),
    write: values.write,
  }
}

function textOf(findings: readonly Finding[]): string {
  const widest = Math.max(...findings.map(({ what }) => what.length))
  return findings
    .map(({ what, value, promise, verdict }) => {
      const end = promise === '' ? '' : `  (${promise})  ${verdict}`
      return `${what.padEnd(widest)}  ${value}${end}`
    })
    .join('\n')
}

function markdownOf(facts: readonly string[], findings: readonly Finding[]): string {
  const rows = findings.map(
    ({ what, value, promise, verdict }) => `| ${what} | ${value} | ${promise} | ${verdict} |`,
  )
  return [
    ...facts.map(fact => `- ${fact}`),
    '',
    '| what | found | promised | |',
    '| --- | --- | --- | --- |',
    ...rows,
  ].join('\n')
}
