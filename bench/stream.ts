/**
 * Streams through the gateway: see bench/README.md. Exit code 1 when a byte or a message is lost, or
 * when the gateway's memory grows by 64 MiB or more.
 */
import { isDeepStrictEqual, parseArgs } from 'node:util'
import { machineFacts } from './machine.ts'
import { positiveInteger } from './options.ts'
import { canReadProc } from './proc.ts'
import { createProcesses } from './processes.ts'
import { say } from './say.ts'
import { createScenarios, createScratch, upstreamPorts } from './scenarios.ts'
import { createMeter } from './stream/pattern.ts'
import { echoThrough, expectedCount } from './stream/sockets.ts'
import { download, upload } from './stream/transfer.ts'
import { type StreamUpstream, startStreamUpstream } from './stream/upstream.ts'
import { watchMemory } from './watch-memory.ts'

const { values: options } = parseArgs({
  options: {
    megabytes: { type: 'string', default: '2000' },
    sockets: { type: 'string', default: '1000' },
    through: { type: 'string', default: 'switchback' },
  },
})

const megabyte = 1_000_000
const mebibyte = 2 ** 20
const warmUpBytes = 64 * megabyte
const maxGrowthBytes = 64 * mebibyte

const bytes = positiveInteger('megabytes', options.megabytes) * megabyte
const sockets = positiveInteger('sockets', options.sockets)

const scratch = createScratch()
const processes = createProcesses()
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(130))
process.once('exit', scratch.remove)

let upstream: StreamUpstream | null = null
try {
  if (!canReadProc()) throw new Error('Cannot watch memory: /proc must exist')
  upstream = await startStreamUpstream(Object.values(upstreamPorts))
  process.exitCode = (await bench(upstream)) ? 0 : 1
} catch (error) {
  say((error as Error).message)
  process.exitCode = 1
} finally {
  upstream?.close()
  await processes.close()
}

async function bench(upstream: StreamUpstream): Promise<boolean> {
  const all = createScenarios(scratch.dir, false)
  const scenario = all.find(({ name }) => name === options.through)
  if (!scenario?.gateway)
    throw new Error(`Cannot run: --through must be a gateway, received ${options.through}`)
  const { name, gateway, port } = scenario
  const pid = await processes.start({ name, argv: gateway, core: null, port })

  say('warm-up')
  for (const transfer of [upload, download]) await transfer(port, warmUpBytes, createMeter())

  console.log([...machineFacts(), `through: ${name}`].join('\n'))
  const passed = [await stream('up', upload), await stream('down', download), await checkSockets()]
  return passed.every(Boolean)

  async function stream(direction: string, transfer: typeof upload): Promise<boolean> {
    say(`${bytes / megabyte} MB ${direction}`)
    const near = createMeter()
    const started = performance.now()
    const { before, peak } = await watchMemory(pid, () => transfer(port, bytes, near))
    const elapsedMs = performance.now() - started
    const far = upstream.meter.tally()
    const intact = isDeepStrictEqual(near.tally(), far) && far.bytes === bytes
    const growth = peak - before
    const passed = intact && growth < maxGrowthBytes
    console.log(
      `${word(passed)}  ${far.bytes} bytes ${direction} in ${(elapsedMs / 1000).toFixed(1)} s, ` +
        `${intact ? 'same hash on both ends' : 'hashes or counts differ'}; ` +
        `RSS ${inMebibytes(before)} MiB, at most ${inMebibytes(growth)} MiB more`,
    )
    return passed
  }

  async function checkSockets(): Promise<boolean> {
    say(`${sockets} WebSockets`)
    const { result, before, peak } = await watchMemory(pid, async () => {
      const counted = await echoThrough(port, sockets)
      await upstream.allSocketsClosed()
      return counted
    })
    const far = upstream.socketsClosedCleanly
    const passed = isDeepStrictEqual(result, expectedCount(sockets)) && far === sockets
    console.log(
      `${word(passed)}  ${result.opened} WebSockets open at once, ${result.echoed} messages echoed, ` +
        `${result.closedCleanly} closed with 1000 here and ${far} at the upstream; ` +
        `RSS ${inMebibytes(before)} MiB, at most ${inMebibytes(peak - before)} MiB more`,
    )
    return passed
  }
}

function word(passed: boolean): string {
  return passed ? 'pass' : 'miss'
}

function inMebibytes(size: number): string {
  return (size / mebibyte).toFixed(1)
}
