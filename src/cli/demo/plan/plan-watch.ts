import type { Clock } from '../../../clock.ts'
import type { RolloutReport } from '../../../fleet/rollout/rollout-report.ts'
import { askGateway } from '../../admin-client.ts'
import { exampleFlag } from '../example.ts'

export interface PlanWatchDeps {
  readonly clock: Clock
  readonly adminPort: number
  /** Hears of each stage, and of each phase within it. */
  readonly onChange: (report: RolloutReport) => void
}

/** Milliseconds between two looks. */
const periodMs = 200

/** Asks the operators' listener where the rollout stands, as `switchback rollout` does. */
export function watchPlan({ clock, adminPort, onChange }: PlanWatchDeps) {
  const target = { admin: `http://127.0.0.1:${adminPort}`, dir: '.', env: {} }
  let last = null as RolloutReport | null
  let looking = false
  let stopped = false

  async function look(): Promise<void> {
    if (looking) return
    looking = true
    const reply = await askGateway(target, `/rollouts/${exampleFlag}`)
    looking = false
    if (!reply.ok || stopped) return
    const report = reply.body as RolloutReport
    const isNews = report.percent !== last?.percent || report.phase !== last.phase
    last = report
    if (isNews) onChange(report)
  }

  const stop = clock.every(periodMs, () => void look())
  return {
    /** As it was last seen; null before. */
    last: () => last,
    stop(): void {
      stopped = true
      stop()
    },
  }
}
