import { randomBytes } from 'node:crypto'
import { type AskedCaller, callerOf, mistakeIn, requestOf } from '../../cohort/asked-caller.ts'
import type { Assignment } from '../../cohort/assignment.ts'
import { createHeldFlags } from '../../cohort/held-flags.ts'
import { createSeenCookie } from '../../cohort/seen-cookie.ts'
import { type Given, simulated } from '../../cohort/simulation.ts'
import { findStickyKey, sessionCookie } from '../../cohort/sticky-key.ts'
import { createWhatIf, withPercent } from '../../cohort/what-if.ts'
import { formatFault } from '../../config/format-fault.ts'
import { loadConfig } from '../../config/load.ts'
import type { LinkedRoute, Snapshot } from '../../config/snapshot.ts'
import { movedStrategy } from '../../pipeline/asking/moved-strategy.ts'
import { type SimulatedRoute, simulatedRoute } from '../../pipeline/asking/simulated-route.ts'
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
    const moved = movedStrategy(feature, options.strategy, route.rules.rollout?.strategy ?? null)
    if (!moved.ok) return refuse([moved.mistake], exitCodes.badUsage, options)

    const set = withPercent(flags.held(), flag, moved.index, percent)
    const changed = createHeldFlags({ set, status: flags.status() })
    const deps = {
      route,
      flags,
      seen: createSeenCookie(route, snapshot.process.cookieSecret),
      ...(await keptLatches(route, snapshot)),
      newId,
    }
    const whatIf = createWhatIf(deps, changed)
    const who = callers.map(caller => {
      const { before, after } = whatIf(requestOf(caller), callerOf(caller, route))
      return { ...caller, before: given(before), after: given(after) }
    })
    await changed.close()
    const facts = {
      route: route.name,
      flag,
      flagSource: flags.status(),
      strategy: moved.index + 1,
      percent: { before: moved.percent, after: percent },
      sticky: route.sticky,
      repeated,
    }
    const simulation = simulated(facts, who)
    if (json) out(JSON.stringify(simulation))
    else for (const line of simulationText(simulation, moved.strategy)) out(line)
    return exitCodes.done
  } finally {
    await flags.close()
  }
}

function newId(): string {
  return randomBytes(16).toString('base64url')
}

function given({ variant, reason }: Assignment): Given {
  return { variant, reason }
}

/** A caller whose variant nobody can say, since the line lacks what it is hashed from. */
function unknowable(caller: AskedCaller, route: LinkedRoute): string | null {
  const mistake = mistakeIn(caller, route)
  if (mistake !== null) return mistake
  const { headers } = requestOf(caller)
  const { kind, fresh } = findStickyKey(route.stickyKey, callerOf(caller, route), headers, newId)
  const rule = `given, since route ${route.name} knows this caller by`
  if (fresh) return `session must be ${rule} the cookie ${sessionCookie}`
  if (kind === 'address' && caller.address === undefined) {
    return `address must be ${rule} the address`
  }
  return null
}

function refuse(faults: readonly string[], code: number, { error }: SimulateOptions): number {
  for (const fault of faults.slice(0, toldFaults)) error(`Cannot simulate: ${fault}.`)
  const more = faults.length - toldFaults
  if (more > 0) error(`Cannot simulate: ${more} more like these.`)
  return code
}
