import { Gauge, type Registry } from 'prom-client'
import type { RolloutReport } from '../fleet/rollout/rollout-report.ts'

/** Where rollouts stand. */
export function createRolloutMetrics(registry: Registry) {
  const registers = [registry]
  const ratio = new Gauge({
    name: 'switchback_rollout_share_ratio',
    help: 'Share of callers that the flag gives V2, 0 to 1, by the title of the strategy where the rollout moves several; absent while it cannot be read.',
    labelNames: ['flag', 'strategy'] as const,
    registers,
  })
  const phase = new Gauge({
    name: 'switchback_rollout_phase',
    help: '1 for the phase that the rollout of a flag is in: idle, shadowing, progressing, holding, waiting-approval, promoted, switched-back or paused.',
    labelNames: ['flag', 'phase'] as const,
    registers,
  })
  const strategies = new Map<string, readonly string[]>()
  const phases = new Map<string, RolloutReport['phase']>()

  function forget(flag: string): void {
    for (const strategy of strategies.get(flag) ?? []) ratio.remove({ flag, strategy })
  }

  return {
    stepped(report: RolloutReport): void {
      const { flag } = report
      forget(flag)
      const shares = typeof report.percent === 'number' ? { '': report.percent } : report.percent
      for (const [strategy, share] of Object.entries(shares ?? {})) {
        ratio.set({ flag, strategy }, share / 100)
      }
      strategies.set(flag, Object.keys(shares ?? {}))
      const before = phases.get(flag)
      if (before === report.phase) return
      if (before !== undefined) phase.remove({ flag, phase: before })
      phase.set({ flag, phase: report.phase }, 1)
      phases.set(flag, report.phase)
    },
    /** No policy rolls this flag out any more. */
    ended(flag: string): void {
      forget(flag)
      strategies.delete(flag)
      const last = phases.get(flag)
      if (last !== undefined) phase.remove({ flag, phase: last })
      phases.delete(flag)
    },
  }
}
