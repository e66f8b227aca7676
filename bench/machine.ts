import { spawnSync } from 'node:child_process'
import { availableParallelism, cpus, loadavg, release, type } from 'node:os'

/** Where the gateway runs, and where everything else does; null when they cannot be kept apart. */
export interface Cores {
  readonly gateway: number | null
  readonly rest: number | null
  /** In words, for the report. */
  readonly note: string
}

export function chooseCores(): Cores {
  if (availableParallelism() < 2)
    return { gateway: null, rest: null, note: 'not pinned: the machine has one core' }
  if (versionOf(['taskset', '--version']) === null)
    return { gateway: null, rest: null, note: 'not pinned: taskset is not installed' }
  return { gateway: 0, rest: 1, note: 'gateway alone on core 0, upstream and load on core 1' }
}

/** First line that a program says about its version, or null when it is not installed. */
export function versionOf(argv: readonly string[]): string | null {
  const { error, stdout, stderr } = spawnSync(argv[0] as string, argv.slice(1), {
    encoding: 'utf8',
  })
  if (error !== undefined) return null
  return (stdout || stderr).trim().split('\n')[0] ?? ''
}

/** What a reader needs to know about the machine to judge the figures. */
export function machineFacts(): string[] {
  return [
    `date: ${new Date().toISOString().slice(0, 10)}`,
    `machine: ${cpus().length} × ${cpus()[0]?.model.trim()}, ${type()} ${release()}`,
    `load average before the start: ${loadavg()[0]?.toFixed(2)}`,
    `Node: ${process.version}`,
  ]
}
