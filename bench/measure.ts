import { join } from 'node:path'
import { callers } from './callers.ts'
import type { LoadResult } from './load.ts'
import { cpuMicroseconds, residentBytes } from './proc.ts'
import type { Processes } from './processes.ts'
import type { Scenario } from './scenarios.ts'

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
  const script = join(import.meta.dirname, 'load.ts')
  const options = [urlOf(scenario), String(burst.seconds), String(burst.connections)]
  const before = pid === null ? 0 : cpuMicroseconds(pid)
  const output = await processes.run({
    name: `load on ${scenario.name}`,
    argv: [process.execPath, script, ...options],
    core: burst.core,
  })
  const load: LoadResult = JSON.parse(output)
  const used = pid === null ? 0 : cpuMicroseconds(pid) - before
  return {
    ...load,
    cpuMicroseconds: used === 0 ? null : used / load.answered,
    residentBytes: pid === null ? null : residentBytes(pid) || null,
  }
}

/** What is wrong with a sample, in words, or null. */
export function faultOf(sample: LoadResult): string | null {
  const { answered, non2xx, unanswered, errors, timeouts } = sample
  if (answered > 0 && non2xx + unanswered + errors + timeouts === 0) return null
  return `${answered} answered with 2xx, ${non2xx} with another status, ${unanswered} not at all; ${errors} errors, ${timeouts} timeouts`
}

/**
 * Asks once as every caller and returns what is wrong, or null. A gateway that skipped the
 * assignment would be fast; so a splitting one must show both variants, another only v1.
 */
export async function probe(scenario: Scenario): Promise<string | null> {
  const seen = new Map<string, number>()
  for (const headers of callers) {
    const response = await fetch(urlOf(scenario), { headers: { ...headers } })
    const body = await response.text()
    if (response.status !== 200 || !body.includes('"offers"'))
      return `answered ${response.status} ${JSON.stringify(body.slice(0, 200))}`
    const service = response.headers.get('x-service') ?? 'none'
    seen.set(service, (seen.get(service) ?? 0) + 1)
  }
  const v2 = seen.get('v2') ?? 0
  const fits = scenario.splits ? v2 > callers.length * 0.15 && v2 < callers.length * 0.5 : v2 === 0
  return fits ? null : `v2 answered ${v2} of ${callers.length} callers`
}

function urlOf(scenario: Scenario): string {
  return `http://127.0.0.1:${scenario.port}/api/match`
}
