/** What a second worker brings, and what it costs: see bench/README.md. */
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { namedCallers, writeCallers } from '../callers.ts'
import { ratioOf } from '../gates.ts'
import { machineFacts } from '../machine.ts'
import { faultOf, measure, type Sample } from '../measure.ts'
import { positiveInteger } from '../options.ts'
import { copyConfig, edit, switchbackArgv } from '../own-config.ts'
import { writeFigures } from '../page.ts'
import { probe } from '../probe.ts'
import { createProcesses, type Processes } from '../processes.ts'
import { cpuOf, type Series } from '../report.ts'
import { say } from '../say.ts'
import { createScratch, type Scenario, upstreamPorts } from '../scenarios.ts'
import { inWords, spreadOf } from '../spread.ts'
import { toExit } from '../to-exit.ts'

const { values: options } = parseArgs({
  options: {
    duration: { type: 'string', default: '6' },
    rounds: { type: 'string', default: '5' },
    connections: { type: 'string', default: '64' },
  },
})
const seconds = positiveInteger('duration', options.duration)
const rounds = positiveInteger('rounds', options.rounds)
const connections = positiveInteger('connections', options.connections)
const page = join(import.meta.dirname, '../../docs/bench.md')
const warmUpSeconds = 3
const ports = { 1: 9721, 2: 9722 } as const
type Workers = keyof typeof ports

const scratch = createScratch()
process.once('exit', scratch.remove)
const processes = createProcesses()
await toExit(async () => {
  try {
    return await compare(processes)
  } finally {
    await processes.close()
  }
})

async function compare(processes: Processes): Promise<boolean> {
  const facts = [
    ...machineFacts(),
    'pinning: none, so that the workers may have all cores; load and upstream share them',
    `load: ${connections} connections, ${rounds} rounds of ${seconds} s each`,
  ]
  const { v1, v2 } = upstreamPorts
  const program = join(import.meta.dirname, '../upstream.ts')
  await processes.start({
    name: 'upstream',
    argv: [process.execPath, program, String(v1), String(v2)],
    core: null,
    port: v2,
  })
  const callersFile = writeCallers(join(scratch.dir, 'callers.json'), namedCallers)
  const runnings = []
  for (const workers of [1, 2] as const) {
    const scenario = scenarioOf(workers, callersFile)
    const { name, gateway, port } = scenario
    const pid = await processes.start({ name, argv: gateway ?? [], core: null, port })
    const fault = await probe(scenario, processes)
    if (fault !== null) throw new Error(`Cannot bench ${name}: ${fault}`)
    runnings.push({ scenario, pid })
  }

  const series = runnings.map(({ scenario: { name } }) => ({ name, samples: [] as Sample[] }))
  const faults: string[] = []
  for (let round = 0; round <= rounds; round++) {
    const turns = round % 2 === 0 ? runnings : runnings.toReversed()
    for (const running of turns) {
      const { name } = running.scenario
      const burst = { seconds: round === 0 ? warmUpSeconds : seconds, connections, core: null }
      const sample = await measure(running, processes, burst)
      const fault = faultOf(sample)
      if (fault !== null) faults.push(`failed: round ${round}, ${name}: ${fault}`)
      say(`round ${round} of ${rounds}, ${name}: ${sample.requestsPerSecond.toFixed(0)} requests/s`)
      if (round > 0) series.find(each => each.name === name)?.samples.push(sample)
    }
  }

  const [one = [], two = []] = series.map(({ samples }) => samples)
  const rates = (samples: readonly Sample[]) => samples.map(each => each.requestsPerSecond)
  const [first = '', second = ''] = series.map(({ name }) => name)
  const report = [
    facts.map(fact => `- ${fact}`).join('\n'),
    table(series),
    [
      `- requests/s of two workers / one: ${inWords(ratioOf(rates(two), rates(one)), 2)}`,
      `- CPU per request of two workers / one: ${inWords(ratioOf(cpuOf(series, second), cpuOf(series, first)), 2)}`,
      ...faults.map(fault => `- ${fault}`),
    ].join('\n'),
  ].join('\n\n')
  console.log(report)
  if (faults.length === 0) writeFigures(page, 'bench:workers', report)
  return faults.length === 0
}

function table(series: readonly Series[]): string {
  const rows = series.map(({ name, samples }) => {
    const of = (figure: (sample: Sample) => number) => spreadOf(samples.map(figure))
    const memory = of(({ residentBytes }) => (residentBytes ?? Number.NaN) / 2 ** 20)
    const cells = [
      name,
      inWords(spreadOf(cpuOf(series, name)), 1),
      inWords(
        of(({ requestsPerSecond }) => requestsPerSecond),
        0,
      ),
      inWords(
        of(({ p99 }) => p99),
        0,
      ),
      inWords(memory, 0),
    ]
    return `| ${cells.join(' | ')} |`
  })
  const heads =
    '| | µs CPU/request | requests/s | p99 ms | RSS MiB |\n| --- | --- | --- | --- | --- |'
  return [heads, ...rows].join('\n')
}

function scenarioOf(workers: Workers, callersFile: string): Scenario {
  const name = `${workers} worker${workers === 1 ? '' : 's'}`
  const port = ports[workers]
  const dir = copyConfig('switchback', scratch.dir, name.replace(' ', '-'), port)
  edit(join(dir, 'switchback.yaml'), document => document.set('workers', workers))
  return {
    ...{ name, port, gateway: switchbackArgv(dir), versionArgv: null },
    ...{ callers: namedCallers, callersFile, v2Share: [0.15, 0.5] },
  }
}
