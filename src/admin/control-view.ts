import type {
  ExplainAnswer,
  ExplainQuestion,
  SimulateAnswer,
  SimulateQuestion,
} from '../cohort/caller-question.ts'
import type { DecisionsPage } from '../decisions/merged-page.ts'
import type { ExperimentsView } from '../experiment/experiments-view.ts'
import type { GatewayStatus, LatchReport, VerdictReport } from '../fleet/gateway-status.ts'
import type { LatchAnswer } from '../fleet/latch/latch-keeper.ts'
import type { LatchRequest } from '../fleet/latch/latch-request.ts'
import type { NumberedRevocation } from '../fleet/revocation/held-revocations.ts'
import type {
  RevocationAnswer,
  RevocationRequest,
  RevocationsStatus,
} from '../fleet/revocation/revocation-keeper.ts'
import type { RolloutAnswer, RolloutRequest } from '../fleet/rollout/rollout-keeper.ts'
import type { RolloutReport } from '../fleet/rollout/rollout-report.ts'
import type { ChainVerdict } from '../fleet/stores/audit-chain.ts'
import type { AuditRecord, Store } from '../fleet/stores/store.ts'
import type { SeriesAnswer, SeriesRequest } from '../history/series.ts'
import type { ResidualReport } from '../residual/report.ts'
import type { Gate, GateSignal } from '../rollout/gate.ts'
import type { SecurityReport } from '../security/event.ts'
import type { DifferencesView } from '../shadow/finding.ts'
import type { BusinessSignal, SignalAnswer } from './business-signal.ts'
import type { EventsView } from './events/event-routes.ts'

/** What operators can ask of the control plane, and ask it to do. */
export interface ControlView extends DifferencesView, ExperimentsView {
  /** All that changes, as it happens. */
  readonly events: EventsView
  status(): Promise<GatewayStatus>
  latches(): Promise<readonly LatchReport[]>
  verdicts(): readonly VerdictReport[]
  /** Security events of this machine. */
  security(): SecurityReport
  /** Of every flag that a route names; about one signal alone, or about all. */
  gates(signal: GateSignal | null): readonly Gate[]
  /** What a caller gets, and why; null where no worker answers. */
  explain(question: ExplainQuestion): Promise<ExplainAnswer | null>
  /** Who would get V2 at another percentage, likewise. */
  simulate(question: SimulateQuestion): Promise<SimulateAnswer | null>
  /** Of every flag that a policy rolls out. */
  rollouts(): readonly RolloutReport[]
  /** The word of a person; rejects where no store can keep it. */
  sayToRollout(request: RolloutRequest): Promise<RolloutAnswer>
  change(request: LatchRequest): Promise<LatchAnswer>
  /** Records above `after`, oldest first; rejects where no store can be read. */
  readAudit(after: number, limit: number): Promise<AuditPage>
  /** The last of those below `before`, or of all for null; oldest first, too. */
  readAuditBefore(before: number | null, limit: number): Promise<AuditPage>
  verifyAudit(): Promise<AuditProof>
  /** How the variants of a route, or of all routes of a flag, did over time on this machine. */
  series(request: SeriesRequest): Promise<SeriesAnswer>
  /** Takes numbers of the business, to be judged by `pushed` budgets. */
  signal(signal: BusinessSignal): SignalAnswer
  revoke(request: RevocationRequest): Promise<RevocationAnswer>
  /** Those in force that are numbered above `after`, oldest first. */
  revocations(after: number, limit: number): RevocationsPage
  /** Who still got V1 in the last so many days; rejects where no store can be read. */
  v1Residual(days: number): Promise<ResidualReport>
  /** Numbered above `after`, oldest first. */
  decisions(after: number, limit: number): Promise<DecisionsPage>
  /** Hears of an answer that failed inside the gateway, and was answered 500. */
  onError(error: unknown): void
}

export interface AuditPage {
  /** The store that was read. */
  readonly from: Store['kind']
  readonly records: readonly AuditRecord[]
}

export interface RevocationsPage extends RevocationsStatus {
  readonly revocations: readonly NumberedRevocation[]
}

/** Whether the chain is whole, as far as the store goes back. */
export interface AuditProof {
  readonly from: Store['kind']
  readonly verdict: ChainVerdict
}
