import { Counter, Gauge, type Registry } from 'prom-client'
import type { ExperimentReport } from '../experiment/report.ts'
import type { DeedFate } from '../experiment/user.ts'

/** What experiments say. */
export function createExperimentMetrics(registry: Registry) {
  const registers = [registry]
  const users = new Gauge({
    name: 'switchback_experiment_users',
    help: 'Users of an experiment whose values are final and who have users of the other variant to be held against.',
    labelNames: ['experiment', 'variant'] as const,
    registers,
  })
  const difference = new Gauge({
    name: 'switchback_experiment_difference',
    help: 'Mean of V2 minus mean of V1 by user: estimate, and the low and high bound that hold at all times at once; no value while there is none.',
    labelNames: ['experiment', 'bound'] as const,
    registers,
  })
  const verdict = new Gauge({
    name: 'switchback_experiment_verdict',
    help: '1 for the verdict of an experiment: not-yet, better, no-worse, worse or no-difference-shown.',
    labelNames: ['experiment', 'verdict'] as const,
    registers,
  })
  const sightings = new Counter({
    name: 'switchback_experiment_sightings_total',
    help: 'What users did since they were last told of, by what became of it: first, added, crossed, late, unknown, not-sampled, and left-out for want of room.',
    labelNames: ['experiment', 'fate'] as const,
    registers,
  })

  return {
    fate(experiment: string, fate: DeedFate | 'left-out', count: number): void {
      sightings.inc({ experiment, fate }, count)
    },
    /** All that there are now. */
    found(reports: readonly ExperimentReport[]): void {
      for (const gauge of [users, difference, verdict]) gauge.reset()
      for (const { name: experiment, v1, v2, interval, verdict: word } of reports) {
        users.set({ experiment, variant: 'v1' }, v1.users)
        users.set({ experiment, variant: 'v2' }, v2.users)
        verdict.set({ experiment, verdict: word }, 1)
        if (interval === null) continue
        difference.set({ experiment, bound: 'estimate' }, interval.difference)
        difference.set({ experiment, bound: 'low' }, interval.low)
        difference.set({ experiment, bound: 'high' }, interval.high)
      }
    },
  }
}
