import type { Variant } from '../cohort/assignment.ts'
import type { BudgetRule } from '../config/budget-rule.ts'
import type { Tally } from './cusum.ts'
import { createDetector, type Detector, designDetector } from './detector.ts'
import { lastStep, stepSeen } from './latency-steps.ts'
import type { Observation } from './observation.ts'
import { createScopes } from './scopes.ts'
import { seriesName } from './series.ts'
import { type Finding, signalOf } from './signal.ts'

/** What a worker holds of one scope of a budget: counts until the next report, and the detector. */
interface Part {
  readonly scope: string | null
  readonly counts: Readonly<Record<Variant, Uint32Array>>
  readonly detector: Detector | null
}

/** Answers of paths that anybody can make up; they would leave no scope to the endpoints there are. */
const strange: ReadonlySet<number> = new Set([400, 404, 405])

/** Places in the counts; of a budget on relative latency the steps follow. */
const eventsAt = 0
const badAt = 1
const missingAt = 2
const stepsAt = 3
const names = ['events', 'bad', 'missing'] as const

export interface BudgetWatchDeps {
  readonly route: string
  readonly rule: BudgetRule
  /** The detector of a scope began to stand at its threshold. */
  readonly onBreach: (scope: string | null, tally: Tally) => void
}

/** One budget of a route in one worker. */
export interface BudgetWatch {
  readonly rule: BudgetRule
  /** Takes what the budget reads off an observation by itself. */
  observe(observation: Observation, scope: string | null): void
  /** Takes what was found later, in the body of an answer. */
  found(finding: Finding, variant: Variant, scope: string | null): void
  takeCounts(into: Record<string, number>): void
  reset(): void
}

export function createBudgetWatch({ route, rule, onBreach }: BudgetWatchDeps): BudgetWatch {
  const signal = signalOf(rule)
  const isRelative = rule.timesV1 !== null
  const countsSteps = isRelative && rule.signal === 'latency'
  // Only what may act by itself is worth detecting here; all else is judged on the counts.
  const design =
    isRelative || rule.windowMs !== null || rule.dryRun
      ? null
      : designDetector(rule.allowed, rule.certainty)
  const places = stepsAt + (countsSteps ? lastStep + 1 : 0)

  const parts = createScopes<Part>(scope => ({
    scope,
    counts: { v1: new Uint32Array(isRelative ? places : 0), v2: new Uint32Array(places) },
    detector: design === null ? null : createDetector(design),
  }))

  function found(finding: Finding, variant: Variant, scope: string | null, mayOpen: boolean): void {
    if (finding === 'ignored' || (variant === 'v1' && !isRelative)) return
    const { counts, detector, scope: named } = parts.of(scope, mayOpen)
    const own = counts[variant]
    if (finding === 'missing') {
      bump(own, missingAt)
      return
    }
    const isBad = finding === 'bad'
    bump(own, eventsAt)
    if (isBad) bump(own, badAt)
    if (detector === null || variant === 'v1') return
    const stoodBefore = detector.breached
    if (detector.add(isBad) && !stoodBefore) onBreach(named, detector.since())
  }

  return {
    rule,
    observe(observation, scope) {
      const { variant } = observation
      if (variant === 'v1' && !isRelative) return
      const mayOpen = rule.per !== 'endpoint' || !strange.has(observation.status)
      if (signal !== null) found(signal(observation), variant, scope, mayOpen)
      else if (countsSteps) {
        const step = stepSeen(observation)
        if (step === null) return
        const own = parts.of(scope, mayOpen).counts[variant]
        bump(own, eventsAt)
        bump(own, stepsAt + step)
      }
    },
    found: (finding, variant, scope) => found(finding, variant, scope, true),
    takeCounts(into) {
      for (const { scope, counts } of parts.all()) {
        for (const variant of ['v1', 'v2'] as const) {
          const own = counts[variant]
          for (let place = 0; place < own.length; place++) {
            const count = own[place] as number
            if (count === 0) continue
            own[place] = 0
            const what = names[place] ?? place - stepsAt
            const name = seriesName({ route, budget: rule.id, scope, variant, what })
            into[name] = (into[name] ?? 0) + count
          }
        }
      }
    },
    reset() {
      for (const { detector } of parts.all()) detector?.reset()
    },
  }
}

function bump(counts: Uint32Array, place: number): void {
  counts[place] = (counts[place] as number) + 1
}
