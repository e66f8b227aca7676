import { join } from 'node:path'
import type { LoadResult } from './load.ts'
import { cpuMicroseconds, residentBytes } from './proc.ts'
import type { Processes } from './processes.ts'
import { type Scenario, urlOf } from './scenarios.ts'

/** A scenario that is up. */
export interface Running {
  readonly scenario: Scenario
  /** Process id of the gateway, null for `direct`. */
  readonly pid: number | null
}

/** One scenario in one round. */
export interface Sample extends LoadResult {
  /** CPU time of the gateway per answered request, null without a gateway or /proc. */
  readonly cpuMicroseconds: number | null
  /** Memory of the gateway after the round, null likewise. */
  readonly residentBytes: number | null
}

export interface Burst {
  readonly seconds: number
  readonly connections: number
  readonly core: number | null
}

export async function measure(
  { scenario, pid }: Running,
  processes: Processes,
  burst: Burst,
): Promise<Sample> {
  const before = pid === null ? 0 : cpuMicroseconds(pid)
  const load = await runLoad(scenario, scenario.callersFile, processes, burst)
  const used = pid === null ? 0 : cpuMicroseconds(pid) - before
  return {
    ...load,
    cpuMicroseconds: used === 0 ? null : used / load.answered,
    residentBytes: pid === null ? null : residentBytes(pid) || null,
  }
}

/** One burst of the callers in a file, from a process of its own. */
export async function runLoad(
  scenario: Scenario,
  callersFile: string,
  processes: Processes,
  { seconds, connections, core }: Burst,
): Promise<LoadResult> {
  const script = join(import.meta.dirname, 'load.ts')
  const options = [urlOf(scenario), String(seconds), String(connections), callersFile]
  const output = await processes.run({
    name: `load on ${scenario.name}`,
    argv: [process.execPath, script, ...options],
    core,
  })
  return JSON.parse(output)
}

/** What is wrong with a sample, in words, or null. */
export function faultOf(sample: LoadResult): string | null {
  const { answered, non2xx, unanswered, errors, timeouts } = sample
  if (answered > 0 && non2xx + unanswered + errors + timeouts === 0) return null
  return `${answered} answered with 2xx, ${non2xx} with another status, ${unanswered} not at all; ${errors} errors, ${timeouts} timeouts`
}
