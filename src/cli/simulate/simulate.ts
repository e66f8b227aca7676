import { randomBytes } from 'node:crypto'
import { createSeenCookie } from '../../cohort/seen-cookie.ts'
import { formatFault } from '../../config/format-fault.ts'
import { loadConfig } from '../../config/load.ts'
import type { Snapshot } from '../../config/snapshot.ts'
import { simulateCallers } from '../../pipeline/asking/simulate-callers.ts'
import { type SimulatedRoute, simulatedRoute } from '../../pipeline/asking/simulated-route.ts'
import { unknowable } from '../../pipeline/asking/unknowable.ts'
import { exitCodes } from '../exit-codes.ts'
import { sourceText } from '../explanation-text.ts'
import { keptLatches } from '../kept-latches.ts'
import { openFlags } from '../open-flags.ts'
import { type ListedCallers, ListFault, listedCallers } from './listed-callers.ts'
import { type List, nameOf, readList } from './read-list.ts'
import { simulationText } from './simulation-text.ts'

export interface SimulateOptions extends List {
  /** The configuration directory. */
  readonly dir: string
  readonly env: Readonly<Record<string, string | undefined>>
  /** One of the two at least. */
  readonly flag?: string | undefined
  readonly route?: string | undefined
  /** What the strategy is to say, 0 to 100. */
  readonly percent: number
  /** Which strategy, from 1; not needed where the flag has one with a percentage. */
  readonly strategy?: number | undefined
  readonly json: boolean
  readonly out: (line: string) => void
  readonly error: (line: string) => void
}

/** Faults of a list that are worth reading before the first ones are mended. */
const toldFaults = 20

/**
 * `switchback simulate`: who of a list would get V2 at another percentage, and who gets it now. Nothing
 * is changed, and no gateway is asked. The exit code: 0, 1 for faults in the configuration and a flag
 * that cannot be had, 2 for a question that makes no sense.
 */
export async function simulate(options: SimulateOptions): Promise<number> {
  const { dir, env, error } = options
  const loaded = await loadConfig({ dir, env })
  if (!loaded.ok) {
    for (const fault of loaded.faults) error(formatFault(fault))
    return exitCodes.refused
  }
  const { snapshot } = loaded
  const found = simulatedRoute(options, snapshot)
  if (typeof found === 'string') return refuse([found], exitCodes.badUsage, options)
  try {
    const list = listedCallers(await readList(options), nameOf(options), caller =>
      unknowable(caller, found.route),
    )
    return await simulateList(list, found, snapshot, options)
  } catch (fault) {
    if (fault instanceof ListFault) return refuse(fault.faults, exitCodes.badUsage, options)
    throw fault
  }
}

async function simulateList(
  { callers, repeated }: ListedCallers,
  { route, flag }: SimulatedRoute,
  snapshot: Snapshot,
  options: SimulateOptions,
): Promise<number> {
  const { percent, json, out } = options
  const flags = await openFlags(snapshot)
  try {
    const feature = flags.feature(flag)
    if (feature === undefined) {
      const source = sourceText(flags.status())
      const fault = `flag must be one that is known, received ${JSON.stringify(flag)}; flags: ${source}`
      return refuse([fault], exitCodes.refused, options)
    }
    const deps = {
      route,
      flags,
      seen: createSeenCookie(route, snapshot.process.cookieSecret),
      ...(await keptLatches(route, snapshot)),
      newId,
    }
    const { strategy } = options
    const done = await simulateCallers(deps, {
      flag: feature,
      percent,
      strategy,
      callers,
      repeated,
    })
    if (!done.ok) return refuse([done.mistake], exitCodes.badUsage, options)
    const { simulation } = done
    if (json) out(JSON.stringify(simulation))
    else for (const line of simulationText(simulation, done.strategy)) out(line)
    return exitCodes.done
  } finally {
    await flags.close()
  }
}

function newId(): string {
  return randomBytes(16).toString('base64url')
}

function refuse(faults: readonly string[], code: number, { error }: SimulateOptions): number {
  for (const fault of faults.slice(0, toldFaults)) error(`Cannot simulate: ${fault}.`)
  const more = faults.length - toldFaults
  if (more > 0) error(`Cannot simulate: ${more} more like these.`)
  return code
}
