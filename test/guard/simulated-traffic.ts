import type { Variant } from '../../src/cohort/assignment.ts'
import type { LinkedRoute } from '../../src/config/snapshot.ts'
import { createJudge } from '../../src/guard/judge.ts'
import type { Observation } from '../../src/guard/observation.ts'
import { createRouteGuard } from '../../src/guard/route-guard.ts'
import type { Breach } from '../../src/guard/verdict.ts'
import { observed } from './parts.ts'

export interface Traffic {
  readonly route: LinkedRoute
  readonly seconds: number
  /** Requests per second at a time, in seconds. */
  readonly rate: (second: number) => number
  readonly shareOfV2: number
  /** What a variant does with a request that starts at a time; `headMs` also says when it is heard of. */
  readonly answer: (variant: Variant, second: number) => Partial<Observation> & { headMs: number }
  readonly random: () => number
}

const reportMs = 250

/**
 * Sends traffic past a guard and its judge, in simulated time: requests start at even distances, are
 * observed when they end, and the counts go to the judge every quarter second.
 */
export function simulate({ route, seconds, rate, shareOfV2, answer, random }: Traffic) {
  const guard = createRouteGuard({ route, onBreach: () => {} })
  if (guard === null) throw new Error('Cannot simulate: the route must have a budget')
  const judge = createJudge([route])
  const breaches: (Breach & { readonly atMs: number })[] = []
  /** Observations by the report that they fall into. */
  const ending: Observation[][] = []

  for (let atMs = 0; atMs < seconds * 1000; atMs += 1000 / rate(atMs / 1000)) {
    const variant = random() < shareOfV2 ? 'v2' : 'v1'
    const observation = observed({ variant, ...answer(variant, atMs / 1000) })
    const report = Math.floor((atMs + observation.headMs) / reportMs)
    ending[report] ??= []
    ending[report].push(observation)
  }
  for (let report = 0; report < (seconds * 1000) / reportMs; report++) {
    for (const observation of ending[report] ?? []) guard.observe(observation)
    const counts: Record<string, number> = {}
    guard.takeCounts(counts)
    const atMs = (report + 1) * reportMs
    for (const breach of judge.add(counts, 'machine', atMs)) breaches.push({ ...breach, atMs })
  }
  return { breaches, verdicts: judge.verdicts(seconds * 1000) }
}

/** A latency around a median, with a long tail (lognormal). */
export function lognormal(medianMs: number, sigma: number, random: () => number): number {
  const normal = Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random())
  return medianMs * Math.exp(sigma * normal)
}
