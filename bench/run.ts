/**
 * What a request through the gateway costs, beside the alternatives: see bench/README.md.
 * Exit code 1 when any answer was not a 2xx, or with --peers when a ratio is over its gate.
 */
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { gates, judge } from './gates.ts'
import { type Cores, chooseCores, machineFacts, versionOf } from './machine.ts'
import { faultOf, measure, type Running, type Sample } from './measure.ts'
import { chosenOf, positiveInteger } from './options.ts'
import { writePages } from './pages.ts'
import { probe } from './probe.ts'
import { canReadProc } from './proc.ts'
import { createProcesses, type Processes } from './processes.ts'
import { cpuOf, gateLine, table } from './report.ts'
import { say } from './say.ts'
import { createScenarios, createScratch, type Scenario, upstreamPorts } from './scenarios.ts'

const { values: options } = parseArgs({
  options: {
    peers: { type: 'boolean', default: false },
    duration: { type: 'string', default: '6' },
    rounds: { type: 'string', default: '3' },
    connections: { type: 'string', default: '64' },
    only: { type: 'string' },
    markdown: { type: 'boolean', default: false },
  },
})

const seconds = positiveInteger('duration', options.duration)
const rounds = positiveInteger('rounds', options.rounds)
const connections = positiveInteger('connections', options.connections)

const cores = chooseCores()
const scratch = createScratch()
const processes = createProcesses()
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(130))
process.once('exit', scratch.remove)

try {
  process.exitCode = (await bench()) ? 0 : 1
} catch (error) {
  say((error as Error).message)
  process.exitCode = 1
} finally {
  await processes.close()
}

async function bench(): Promise<boolean> {
  const { present, missing } = choose(createScenarios(scratch.dir, options.peers))
  for (const scenario of missing)
    say(`${scenario.name} is missing: apt-get install ${scenario.aptPackage}`)
  if (!canReadProc()) say('no CPU times: /proc must exist to read them')

  const runnings = await startAll(present, processes, cores)
  const samples = new Map<string, Sample[]>(present.map(({ name }) => [name, []]))
  const faults: string[] = []
  for (const { scenario } of runnings) {
    const fault = await probe(scenario, processes)
    if (fault !== null) throw new Error(`Cannot bench ${scenario.name}: ${fault}`)
  }
  // Round 0 warms up. The scenarios take turns, so that a machine that drifts hits all alike.
  for (let round = 0; round <= rounds; round++) {
    for (const running of runnings) {
      const { name } = running.scenario
      const burst = { seconds: round === 0 ? Math.min(seconds, 3) : seconds, connections }
      const sample = await measure(running, processes, { ...burst, core: cores.rest })
      const where = round === 0 ? `warm-up, ${name}` : `round ${round} of ${rounds}, ${name}`
      const cpu = sample.cpuMicroseconds?.toFixed(1) ?? '–'
      say(`${where}: ${sample.requestsPerSecond.toFixed(0)} requests/s, ${cpu} µs CPU/request`)
      const fault = faultOf(sample)
      if (fault !== null) faults.push(`${where}: ${fault}`)
      if (round > 0) samples.get(name)?.push(sample)
    }
  }

  const series = [...samples].map(([name, taken]) => ({ name, samples: taken }))
  const judgements = options.peers ? gates.map(gate => judge(gate, of => cpuOf(series, of))) : []
  const facts = [
    ...machineFacts(),
    `pinning: ${cores.note}`,
    `load: ${connections} connections, ${rounds} rounds of ${seconds} s each`,
    ...present.flatMap(({ name, versionArgv }) =>
      versionArgv === null ? [] : [`${name}: ${versionOf(versionArgv)}`],
    ),
    ...missing.map(({ name }) => `${name}: not installed`),
  ]
  const report = (markdown: boolean) => {
    const lines = (texts: readonly string[]) =>
      texts.map(text => (markdown ? `- ${text}` : text)).join('\n')
    const sections = [
      lines(facts),
      table(series, markdown),
      lines(judgements.map(gateLine)),
      lines(faults.map(fault => `failed: ${fault}`)),
    ]
    return sections.filter(Boolean).join('\n\n')
  }
  process.stdout.write(`${report(options.markdown)}\n`)
  const isWhole = options.only === undefined && missing.length === 0 && faults.length === 0
  // Figures of one page come from one run.
  if (options.peers && isWhole) writePages(report(true), series, present)
  return faults.length === 0 && judgements.every(({ verdict }) => verdict !== 'miss')
}

function choose(all: readonly Scenario[]): { present: Scenario[]; missing: Scenario[] } {
  const wanted = chosenOf(options.only, all)
  const isMissing = ({ versionArgv }: Scenario) =>
    versionArgv !== null && versionOf(versionArgv) === null
  return {
    present: wanted.filter(scenario => !isMissing(scenario)),
    missing: wanted.filter(isMissing),
  }
}

async function startAll(
  scenarios: readonly Scenario[],
  processes: Processes,
  cores: Cores,
): Promise<Running[]> {
  const upstream = join(import.meta.dirname, 'upstream.ts')
  const ports = [upstreamPorts.v1, upstreamPorts.v2]
  await processes.start({
    name: 'upstream',
    argv: [process.execPath, upstream, ...ports.map(String)],
    core: cores.rest,
    port: upstreamPorts.v2,
  })
  const runnings: Running[] = []
  for (const scenario of scenarios) {
    const { name, gateway, port, beside } = scenario
    if (beside !== undefined) await processes.start({ ...beside, core: cores.rest })
    const pid = gateway
      ? await processes.start({ name, argv: gateway, core: cores.gateway, port })
      : null
    runnings.push({ scenario, pid })
  }
  return runnings
}
