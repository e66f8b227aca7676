import { type AskedCaller, callerOf, requestOf } from '../../cohort/asked-caller.ts'
import type { AssignerDeps } from '../../cohort/assign.ts'
import type { Assignment } from '../../cohort/assignment.ts'
import type { Flag, FlagStrategy } from '../../cohort/flag-source.ts'
import { createHeldFlags } from '../../cohort/held-flags.ts'
import {
  type Given,
  type SimulatedCaller,
  type Simulation,
  simulated,
} from '../../cohort/simulation.ts'
import { createWhatIf, withPercent } from '../../cohort/what-if.ts'
import type { LinkedRoute } from '../../config/snapshot.ts'
import { movedStrategy } from './moved-strategy.ts'
import type { Breathe } from './question-turns.ts'

/** Milliseconds that a worker has for a question; the primary waits for a second. */
export const patienceMs = 900

export interface SimulatedQuestion {
  readonly flag: Flag
  readonly percent: number
  /** From 1. */
  readonly strategy: number | undefined
  readonly callers: readonly AskedCaller[]
  readonly repeated: number
}

export type SimulatedCallers =
  | { readonly ok: true; readonly simulation: Simulation; readonly strategy: FlagStrategy }
  | { readonly ok: false; readonly mistake: string }

/**
 * Looks at each caller twice, as the flag is and with the other percentage. Changes nothing.
 *
 * @param breathe Asked before each caller; left out where nobody waits for this thread meanwhile.
 */
export async function simulateCallers(
  deps: AssignerDeps & { readonly route: LinkedRoute },
  { flag, percent, strategy, callers, repeated }: SimulatedQuestion,
  breathe: Breathe = async () => true,
): Promise<SimulatedCallers> {
  const { route, flags } = deps
  const moved = movedStrategy(flag, strategy, route.rules.rollout?.strategy ?? null)
  if (!moved.ok) return moved
  const set = withPercent(flags.held(), flag.name, moved.index, percent)
  const changed = createHeldFlags({ set, status: flags.status() })
  const who: SimulatedCaller[] = []
  try {
    const whatIf = createWhatIf(deps, changed)
    for (const caller of callers) {
      if (!(await breathe())) return { ok: false, mistake: tooMany(callers.length, who.length) }
      const { before, after } = whatIf(requestOf(caller), callerOf(caller, route))
      who.push({ ...caller, before: given(before), after: given(after) })
    }
  } finally {
    await changed.close()
  }
  const facts = {
    route: route.name,
    flag: flag.name,
    flagSource: flags.status(),
    strategy: moved.index + 1,
    percent: { before: moved.percent, after: percent },
    sticky: route.sticky,
    repeated,
  }
  return { ok: true, simulation: simulated(facts, who), strategy: moved.strategy }
}

function given({ variant, reason }: Assignment): Given {
  return { variant, reason }
}

function tooMany(asked: number, seen: number): string {
  return `callers must be few enough for ${patienceMs} ms beside clients and other questions, received ${asked}, of which ${seen} were looked at`
}
