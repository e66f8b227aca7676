import type { Variant } from '../cohort/assignment.ts'
import type { VariantReport } from './report.ts'
import { pairsOf } from './sums.ts'

interface Seen {
  requests: number
  errors: number
  fallbacks: number
  readonly steps: Uint32Array<ArrayBuffer>
}

/** Step of a request that says nothing about time. */
export const noStep = -1

/**
 * Counts in a worker what the variants of one route do. A request costs a few additions in what is
 * there already; nothing is made for it.
 */
export function createRouteTally(route: string, stepCount: number) {
  const nothing = (): Seen => ({
    ...{ requests: 0, errors: 0, fallbacks: 0 },
    steps: new Uint32Array(stepCount),
  })
  const seen: Readonly<Record<Variant, Seen>> = { v1: nothing(), v2: nothing() }

  function take(variant: Variant): VariantReport | null {
    const own = seen[variant]
    const { requests, errors, fallbacks } = own
    if (requests === 0 && fallbacks === 0) return null
    const steps = pairsOf({ steps: Float64Array.from(own.steps) })
    own.requests = 0
    own.errors = 0
    own.fallbacks = 0
    own.steps.fill(0)
    return { route, variant, requests, errors, fallbacks, steps }
  }

  return {
    /** A variant has done with a request what it did. `step` of latency, or `noStep`. */
    saw(variant: Variant, step: number, isError: boolean): void {
      const own = seen[variant]
      own.requests++
      if (isError) own.errors++
      if (step !== noStep) own.steps[step] = (own.steps[step] as number) + 1
    },
    /** V1 answered in the place of V2. */
    fellBack(): void {
      seen.v2.fallbacks++
    },
    /** What was seen since the last call; nothing of a variant that nobody asked. */
    take: (): VariantReport[] => [take('v1') ?? [], take('v2') ?? []].flat(),
  }
}

export type RouteTally = ReturnType<typeof createRouteTally>
