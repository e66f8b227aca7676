import type { BudgetRule } from '../config/budget-rule.ts'
import type { LinkedRoute } from '../config/snapshot.ts'
import type { ExperimentReport } from '../experiment/report.ts'
import type { BudgetVerdict } from '../guard/verdict.ts'

/** Whether V2 of a flag may go on to more traffic. The same word stands in the API, the docs and the exit code. */
export type GateState =
  | 'open' // whatever can be judged passes
  | 'closed' // a budget is exceeded, users are worse off on V2, or the flag is switched back
  | 'not-yet' // a budget is undecided, or there is none

/** What one budget says to it. */
export type GateWord =
  | 'exceeded'
  | 'not-yet'
  | 'needs-live-traffic' // it cannot be judged while no client is sent to V2, and does not hold the gate then
  | 'passes'
  | 'dry-run' // it never holds the gate

/** The gate of one flag and what it is made of. */
export interface Gate {
  readonly flag: string
  readonly state: GateState
  /** Whether clients' requests reached V2 of late. */
  readonly isLive: boolean
  /** The one signal that it is about; null for all. */
  readonly signal: GateSignal | null
  /** Where it stands, in a sentence. */
  readonly text: string
  /** What holds the gate first. */
  readonly budgets: readonly GateBudget[]
  /** Of the flag; one that finds V2 worse closes the gate. None where it is asked about one signal. */
  readonly experiments: readonly GateExperiment[]
}

export type GateExperiment = Pick<ExperimentReport, 'name' | 'verdict' | 'text'>

/** What a gate can be asked about alone. */
export type GateSignal = Extract<BudgetRule['signal'], 'mismatch'>

export interface GateBudget {
  readonly route: string
  /** As written, such as `mismatch max 0.5%`. */
  readonly budget: string
  /** Endpoint or segment; null for the whole route. */
  readonly scope: string | null
  readonly says: GateWord
  /** The finding in a sentence with its numbers. */
  readonly text: string
  /** About how many more requests decide it; null where none would, or it is decided. */
  readonly moreRequests: number | null
}

export interface GateFacts {
  readonly flag: string
  /** All that there are. */
  readonly routes: readonly LinkedRoute[]
  readonly verdicts: readonly BudgetVerdict[]
  readonly experiments: readonly GateExperiment[]
  readonly isLive: boolean
  /** Why the flag is switched back; null while it is not. */
  readonly switchedBack: string | null
  readonly signal: GateSignal | null
}

const order: readonly GateWord[] = [
  'exceeded',
  'not-yet',
  'needs-live-traffic',
  'passes',
  'dry-run',
]

/**
 * Puts the verdicts of a flag into one answer. With V2 at 0 % most budgets have nothing to be judged by;
 * they do not hold the gate then, or V2 could never leave 0 %. What copies show does.
 */
export function gateOf(facts: GateFacts): Gate {
  const { flag, isLive, signal } = facts
  const budgets = budgetsOf(facts).sort((a, b) => order.indexOf(a.says) - order.indexOf(b.says))
  // Asked about one signal alone, a flag that is switched back may well be ready to be resumed.
  const switchedBack = signal === null ? facts.switchedBack : null
  const experiments = signal === null ? facts.experiments : []
  const worse = experiments.find(({ verdict }) => verdict === 'worse')
  const byBudgets = stateOf(budgets, switchedBack)
  const state = worse === undefined ? byBudgets : 'closed'
  const text =
    worse !== undefined && byBudgets !== 'closed'
      ? `users are worse off on V2: ${worse.text}`
      : textOf(byBudgets, budgets, switchedBack, signal)
  return { flag, state, isLive, signal, text, budgets, experiments }
}

function stateOf(budgets: readonly GateBudget[], switchedBack: string | null): GateState {
  const says = new Set(budgets.map(budget => budget.says))
  if (switchedBack !== null || says.has('exceeded')) return 'closed'
  if (says.has('not-yet')) return 'not-yet'
  // Where no budget counts, nothing ever says that V2 may go on.
  return says.has('passes') || says.has('needs-live-traffic') ? 'open' : 'not-yet'
}

function budgetsOf({ flag, routes, verdicts, isLive, signal }: GateFacts): GateBudget[] {
  return routes
    .filter(route => route.flag === flag && route.v2 !== undefined)
    .flatMap(({ name: route, rules }) =>
      rules.budgets
        .filter(rule => signal === null || rule.signal === signal)
        .flatMap(rule => {
          const judged = verdicts.filter(each => each.route === route && each.budget === rule.id)
          const cases = judged.length === 0 ? [nothingJudged] : judged
          return cases.map(({ scope, text, moreRequests, verdict }) => ({
            route,
            budget: rule.id,
            scope,
            says: wordOf(rule, verdict, isLive),
            text,
            moreRequests,
          }))
        }),
    )
}

/** Of a budget per endpoint or segment before the first request. */
const nothingJudged = {
  scope: null,
  text: 'V2 was not asked',
  moreRequests: null,
  verdict: 'not-yet',
} as const

function wordOf(rule: BudgetRule, verdict: BudgetVerdict['verdict'], isLive: boolean): GateWord {
  if (rule.dryRun) return 'dry-run'
  if (verdict === 'breach') return 'exceeded'
  if (verdict === 'pass') return 'passes'
  return isLive || rule.signal === 'mismatch' ? 'not-yet' : 'needs-live-traffic'
}

function textOf(
  state: GateState,
  budgets: readonly GateBudget[],
  switchedBack: string | null,
  signal: GateSignal | null,
): string {
  if (switchedBack !== null) return `switched back: ${switchedBack}`
  const [first] = budgets
  if (first === undefined || first.says === 'dry-run') {
    const which = signal === null ? '' : ` on ${signal}`
    return `no budget${which} that acts: nothing says that V2 may go on`
  }
  const others = budgets.filter(({ says }) => says === first.says).length - 1
  if (state !== 'open') {
    const scope = first.scope === null ? '' : ` for ${first.scope}`
    const more = others === 0 ? '' : `; and ${others} more`
    return `${first.budget} of ${first.route}${scope}: ${first.text}${more}`
  }
  const passing = budgets.filter(({ says }) => says === 'passes').length
  const waiting = budgets.filter(({ says }) => says === 'needs-live-traffic').length
  const pass = passing === 1 ? '1 budget passes' : `${passing} budgets pass`
  return waiting === 0 ? pass : `${pass}, ${waiting} cannot be judged before V2 has clients`
}
