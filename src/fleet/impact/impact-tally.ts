import type { Variant } from '../../cohort/assignment.ts'
import type { VariantReport } from '../../history/report.ts'

/** What one variant of a flag did since it was last told. Plain sums: two of them add up. */
export interface Impact {
  readonly flag: string
  readonly variant: Variant
  requests: number
  errors: number
  /** Answers by the first of `boundsSeconds` that they kept to; the last place is above all of them. */
  readonly answers: number[]
  /** Of all answers together, near enough: each is taken for the middle of its step. */
  seconds: number
}

/** Upper bounds of latency as dashboards of Prometheus have them by default. */
export const boundsSeconds = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10] as const

/** Sums up what variants do until it is told. `middleOfStepMs`: milliseconds of a step of latency. */
export function createImpactTally(middleOfStepMs: (step: number) => number) {
  let held = new Map<string, Impact>()

  function heldOf(flag: string, variant: Variant): Impact {
    const key = `${variant} ${flag}`
    const known = held.get(key)
    if (known !== undefined) return known
    const answers = new Array<number>(boundsSeconds.length + 1).fill(0)
    const impact = { flag, variant, requests: 0, errors: 0, answers, seconds: 0 }
    held.set(key, impact)
    return impact
  }

  return {
    /** Routes that share a flag are one. */
    add(flag: string, { variant, requests, errors, steps }: VariantReport): void {
      const own = heldOf(flag, variant)
      own.requests += requests
      own.errors += errors
      for (let at = 0; at < steps.length; at += 2) {
        const seconds = middleOfStepMs(steps[at] as number) / 1000
        const answers = steps[at + 1] as number
        const place = placeOf(seconds)
        own.answers[place] = (own.answers[place] as number) + answers
        own.seconds += seconds * answers
      }
    },
    /** All that was not told yet; it is forgotten here. */
    take(): readonly Impact[] {
      const taken = [...held.values()]
      held = new Map()
      return taken
    },
    /** What was taken and could not be told: it adds up with what came meanwhile. */
    putBack(impacts: readonly Impact[]): void {
      for (const { flag, variant, requests, errors, answers, seconds } of impacts) {
        const own = heldOf(flag, variant)
        own.requests += requests
        own.errors += errors
        own.seconds += seconds
        for (const [place, count] of answers.entries()) {
          own.answers[place] = (own.answers[place] as number) + count
        }
      }
    },
  }
}

function placeOf(seconds: number): number {
  const place = boundsSeconds.findIndex(bound => seconds <= bound)
  return place === -1 ? boundsSeconds.length : place
}

export type ImpactTally = ReturnType<typeof createImpactTally>
