import type { Clock } from '../clock.ts'
import type { Snapshot } from '../config/snapshot.ts'
import type { Planes } from '../fleet/planes.ts'
import {
  createRevocationKeeper,
  type RevocationAnswer,
  type RevocationRequest,
} from '../fleet/revocation/revocation-keeper.ts'
import type { WriteAudit } from '../fleet/stores/audit-note.ts'
import type { Store } from '../fleet/stores/store.ts'
import { revocationKey, revocationKinds } from '../identity/revocation.ts'
import { createRevocations } from '../identity/revocations.ts'
import type { ControlMetrics } from '../telemetry/control-metrics.ts'
import type { Logger } from '../telemetry/log.ts'
import { createRevocationLog } from '../telemetry/revocation-log.ts'

export interface RevocationDeskDeps {
  readonly stores: { readonly local: Store; readonly shared: Store | null }
  readonly clock: Clock
  readonly process: Pick<Snapshot['process'], 'revocation'>
  /** Null until the data planes are built. */
  readonly planes: () => Planes | null
  readonly metrics: ControlMetrics
  readonly audit: WriteAudit
  readonly log: Logger
}

/** What is revoked, as the control plane keeps it, with what is told of it. */
export function createRevocationDesk(deps: RevocationDeskDeps) {
  const { stores, clock, planes, metrics, audit, log } = deps
  const { maxEntries, maxTokenLifetimeSeconds } = deps.process.revocation
  /** For the tokens of operators, which are asked for here. */
  const own = createRevocations(clock)
  const tell = createRevocationLog(log, clock, maxEntries)
  const keeper = createRevocationKeeper({
    ...{ ...stores, clock, audit, maxEntries, maxTokenLifetimeSeconds },
    rules: { revocationKey, revocationKinds },
    broadcast(news) {
      own.take(news)
      planes()?.revoke(news)
    },
    onBad(fault, id, store) {
      metrics.revocations.refused.inc({ reason: 'bad-record' })
      tell.bad(fault, id, store)
    },
    onWaiting(isWaiting) {
      metrics.revocations.waiting.set(isWaiting ? 1 : 0)
      tell.waiting(isWaiting)
    },
  })
  metrics.revocations.watch(keeper.counts)

  return {
    ...keeper,
    isRevoked: own.isRevoked,
    async revoke(request: RevocationRequest): Promise<RevocationAnswer> {
      const answer = await keeper.revoke(request)
      if (!answer.done) metrics.revocations.refused.inc({ reason: answer.refusal })
      log[answer.done ? 'info' : 'warn'](
        { event: answer.done ? 'token-revoked' : answer.refusal, who: request.who },
        answer.text,
      )
      return answer
    },
    async close(): Promise<void> {
      await keeper.close()
      own.close()
    },
  }
}

export type RevocationDesk = ReturnType<typeof createRevocationDesk>
