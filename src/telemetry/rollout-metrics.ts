import { Gauge, type Registry } from 'prom-client'
import type { RolloutReport } from '../fleet/rollout/rollout-report.ts'

/** Where rollouts stand. */
export function createRolloutMetrics(registry: Registry) {
  const registers = [registry]
  const percent = new Gauge({
    name: 'switchback_rollout_percent',
    help: 'Percent of the callers that get V2, as the flag says; no value while it cannot be read.',
    labelNames: ['flag'] as const,
    registers,
  })
  const phase = new Gauge({
    name: 'switchback_rollout_phase',
    help: '1 for the phase that the rollout of a flag is in: idle, shadowing, progressing, holding, waiting-approval, promoted, switched-back or paused.',
    labelNames: ['flag', 'phase'] as const,
    registers,
  })
  const phases = new Map<string, RolloutReport['phase']>()

  return {
    stepped(report: RolloutReport): void {
      const { flag } = report
      if (report.percent === null) percent.remove({ flag })
      else percent.set({ flag }, report.percent)
      const before = phases.get(flag)
      if (before === report.phase) return
      if (before !== undefined) phase.remove({ flag, phase: before })
      phase.set({ flag, phase: report.phase }, 1)
      phases.set(flag, report.phase)
    },
    /** No policy rolls this flag out any more. */
    ended(flag: string): void {
      percent.remove({ flag })
      const last = phases.get(flag)
      if (last !== undefined) phase.remove({ flag, phase: last })
      phases.delete(flag)
    },
  }
}
