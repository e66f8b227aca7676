import type { ControlView } from '../admin/control-view.ts'
import type { EventsView } from '../admin/events/event-routes.ts'
import type { Clock } from '../clock.ts'
import { refusedInWords, type ToldStatus } from '../config/refused-in-words.ts'
import type { Snapshot } from '../config/snapshot.ts'
import { mergedPage } from '../decisions/merged-page.ts'
import type { ExperimentsView } from '../experiment/experiments-view.ts'
import type { Announcer } from '../fleet/announce/announcer.ts'
import type { CertificateStatus } from '../fleet/certificate-status.ts'
import type { GatewayStatus, LatchReport } from '../fleet/gateway-status.ts'
import type { LatchKeeper } from '../fleet/latch/latch-keeper.ts'
import { latchReports } from '../fleet/latch/latch-report.ts'
import type { PlaneStatus, Planes } from '../fleet/planes.ts'
import type { Fleet } from '../fleet/stores/fleet.ts'
import type { createLeader } from '../fleet/stores/leader.ts'
import { drillOf, neverTripped, prevailing } from '../guard/latch-state.ts'
import type { DifferencesView } from '../shadow/finding.ts'
import type { Logger } from '../telemetry/log.ts'
import type { Gates } from './gates.ts'
import type { HistoryDesk } from './history-desk.ts'
import type { createJudging } from './judging.ts'
import { overloadInWords } from './overload-in-words.ts'
import type { ResidualDesk } from './residual-desk.ts'
import type { RevocationDesk } from './revocation-desk.ts'
import type { RollingOut } from './rolling-out.ts'
import type { SecurityEvents } from './security-events.ts'
import { shadowedRoutes } from './shadowed-routes.ts'

export interface ControlViewDeps {
  readonly machine: string
  readonly clock: Clock
  readonly log: Logger
  readonly snapshot: () => Snapshot
  readonly ready: () => boolean
  readonly configStatus: () => ToldStatus
  readonly planes: () => Planes
  readonly fleet: Fleet
  readonly leader: ReturnType<typeof createLeader>
  readonly keeper: LatchKeeper
  readonly announcer: Announcer
  readonly judging: ReturnType<typeof createJudging>
  readonly gates: Gates
  readonly rollouts: RollingOut
  readonly experiments: ExperimentsView
  readonly differences: DifferencesView
  readonly certificates: () => readonly CertificateStatus[]
  readonly revocations: RevocationDesk
  readonly security: Pick<SecurityEvents, 'report'>
  readonly events: EventsView
  readonly history: Pick<HistoryDesk, 'series'>
  readonly residual: Pick<ResidualDesk, 'report'>
}

/** What operators see of the control plane, put together out of its rooms. */
export function createControlView(deps: ControlViewDeps): ControlView {
  const { machine, clock, snapshot, planes, fleet, leader, keeper, announcer, judging } = deps
  const flags = () => [...new Set(snapshot().routes.flatMap(({ flag }) => flag ?? []))]

  function reports(workers: readonly PlaneStatus[]): readonly LatchReport[] {
    return latchReports({
      rules: { neverTripped, prevailing, drillOf },
      flags: flags(),
      held: keeper.latches(),
      workers,
      announcements: announcer.statuses,
    })
  }

  async function status(): Promise<GatewayStatus> {
    const workers = await planes().status()
    return {
      machine,
      at: clock.now(),
      ready: deps.ready(),
      config: { version: snapshot().version, error: refusedInWords(deps.configStatus()) },
      overloads: overloadInWords(workers),
      certificates: deps.certificates(),
      security: deps.security.report(),
      stores: {
        local: fleet.localStatus(),
        shared: fleet.sharedStatus(),
        leads: leader.leads(),
      },
      revocations: deps.revocations.status(),
      latches: reports(workers),
      verdicts: judging.verdicts(),
      gates: deps.gates.all(null),
      rollouts: deps.rollouts.reports(),
      experiments: deps.experiments.experiments(),
      shadows: shadowedRoutes(workers, deps.differences.differences()),
      workers,
      processes: planes().processes(),
    }
  }

  return {
    events: deps.events,
    status,
    latches: async () => reports(await planes().status()),
    verdicts: judging.verdicts,
    security: deps.security.report,
    gates: deps.gates.all,
    explain: question => planes().explain(question),
    simulate: question => planes().simulate(question),
    rollouts: deps.rollouts.reports,
    sayToRollout: deps.rollouts.say,
    ...deps.differences,
    ...deps.experiments,
    change: keeper.change,
    async readAudit(after, limit) {
      const { from, found } = await fleet.readAudit(after, limit)
      return { from, records: found }
    },
    async readAuditBefore(before, limit) {
      const { from, found } = await fleet.readAuditBefore(before, limit)
      return { from, records: found }
    },
    async verifyAudit() {
      const { from, found } = await fleet.verifyAudit()
      return { from, verdict: found }
    },
    series: deps.history.series,
    v1Residual: deps.residual.report,
    signal: judging.push,
    revoke: deps.revocations.revoke,
    revocations: (after, limit) => ({
      ...deps.revocations.status(),
      revocations: deps.revocations.page(after, limit),
    }),
    async decisions(after, limit) {
      const workers = await planes().decisions(after, limit)
      return { at: clock.now(), config: snapshot().version, ...mergedPage(workers, limit) }
    },
    onError: error =>
      deps.log.error({ err: error }, 'an operator request failed inside the gateway'),
  }
}
