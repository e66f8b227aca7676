import type { Clock } from './clock.ts'
import type { ToldStatus } from './config/refused-in-words.ts'
import type { Snapshot } from './config/snapshot.ts'
import { warnOfUnusedTrips } from './fleet/latch/unused-trips.ts'
import type { ControlPlane, Planes } from './fleet/planes.ts'
import type { AuditNote } from './fleet/stores/audit-note.ts'
import { createFleetNotices } from './fleet/stores/fleet-notices.ts'
import { noticeHolder } from './fleet/stores/notice-holder.ts'
import { trippedOn } from './guard/latch-state.ts'
import type { Breach } from './guard/verdict.ts'
import { createCertificateWatch } from './pipeline/certificate-watch.ts'
import { createChangeFeed } from './pipeline/change-feed.ts'
import { createControlView } from './pipeline/control-view.ts'
import { createDifferences } from './pipeline/differences.ts'
import { createExperimenting } from './pipeline/experimenting.ts'
import { createExperimentsView } from './pipeline/experiments-view.ts'
import { createGates } from './pipeline/gates.ts'
import { createHistoryDesk } from './pipeline/history-desk.ts'
import { createJudging } from './pipeline/judging.ts'
import { createLatching } from './pipeline/latching.ts'
import { openStores } from './pipeline/open-stores.ts'
import { createOperatorsListener } from './pipeline/operators-listener.ts'
import { createResidualDesk } from './pipeline/residual-desk.ts'
import { createRevocationDesk } from './pipeline/revocation-desk.ts'
import { createRollingOut } from './pipeline/rolling-out.ts'
import { createSecurityEvents } from './pipeline/security-events.ts'
import { createStoreNews } from './pipeline/store-news.ts'
import { createV1Totals } from './pipeline/v1-tally.ts'
import { createWorkerNews } from './pipeline/worker-news.ts'
import { createControlMetrics } from './telemetry/control-metrics.ts'
import { createLeftOutLog } from './telemetry/left-out-log.ts'
import type { Logger } from './telemetry/log.ts'

export interface ControlDeps {
  readonly snapshot: Snapshot
  readonly clock: Clock
  readonly log: Logger
  /** Names this machine in latches and audit. */
  readonly machine: string
  /** Names this process among all that share a store. */
  readonly instanceId: string
  readonly randomBytes: (size: number) => Buffer
  /** The data planes; null until they are built. */
  readonly planes: () => Planes | null
  /** What the admin listener shows of the configuration. */
  readonly configStatus: () => ToldStatus
}

export type Control = Awaited<ReturnType<typeof buildControl>>

/**
 * The composition root of the control plane: judges, holds the latches, serves the operators. It
 * knows the data planes only through `fleet/planes.ts`, whether they are in this process or not.
 * Throws where the store of this machine cannot be opened: what trips must stay tripped.
 */
export async function buildControl(deps: ControlDeps) {
  const { clock, log, machine } = deps
  let { snapshot } = deps
  let ready = false
  const inForce = () => snapshot
  const metrics = createControlMetrics({ ownProcess: snapshot.process.workers > 1 })
  const feed = createChangeFeed({ ...deps, metrics })
  const onShared = createStoreNews({ machine, metrics, audit })
  const stores = openStores({ ...deps, process: snapshot.process, onShared })
  const { local, shared, fleet, leader } = stores
  if (shared !== null) metrics.store.shared(true)
  const revocations = createRevocationDesk({
    ...{ ...deps, stores, metrics, audit },
    process: snapshot.process,
  })
  const v1 = createV1Totals()
  const certificates = createCertificateWatch({ clock, log, metrics })
  const flags = () => snapshot.routes.flatMap(({ flag }) => flag ?? [])

  function audit(note: AuditNote): void {
    const entry = { ...note, at: clock.now(), machine, configVersion: snapshot.version }
    feed.audited(entry)
    fleet
      .appendAudit(entry)
      .catch(error => log.error({ err: error, ...note }, 'audit entry not written'))
  }

  const { dir } = snapshot.process.store
  const history = createHistoryDesk({ ...deps, metrics, dir, snapshot: inForce })
  const latching = createLatching({
    ...{ ...deps, metrics, stores, audit, flags },
    v1Counts: v1.of,
    snapshot: inForce,
    onChanged(state) {
      feed.latched(state)
      history.latched(state)
    },
    // What was held against V2 led to the trip; a resume begins anew.
    onOpened: flag => judging.reset(flag),
  })
  const { keeper, announcer } = latching
  const notices = createFleetNotices(local, shared)
  const holder = await noticeHolder(local, machine, deps.randomBytes)
  const residual = createResidualDesk({ clock, log, metrics, notices, holder, snapshot: inForce })
  const differences = createDifferences({
    ...{ clock, audit, log, notices, holder },
    onDecided: route => judging.forgetPairs(route),
    onLeftOut: createLeftOutLog(log, metrics, clock),
  })
  const judging = createJudging({
    routes: snapshot.routes,
    fleet,
    clock,
    mismatches: differences,
    onBreach,
  })

  metrics.budgets.watch(judging.verdicts)
  const experiments = createExperimenting({ ...deps, metrics, stores, audit })
  const security = createSecurityEvents({
    ...{ clock, machine, audit, metrics, log },
    process: () => snapshot.process,
  })

  const gates = createGates({ snapshot: inForce, keeper, experiments, judging })
  const rollouts = createRollingOut({
    ...{ clock, log, machine, metrics, stores, audit, keeper, gates, experiments, judging },
    snapshot: inForce,
  })

  function onBreach({ flag, evidence }: Breach): void {
    const state = keeper.stateOf(flag)
    if (state.state === 'tripped') return
    keeper.trip(trippedOn(state, evidence, { by: machine, since: clock.now() }))
  }

  const latches = () => keeper.latches().map(({ state }) => state)
  await latching.start()
  await revocations.start()
  apply(snapshot)
  await differences.loaded()
  await experiments.looked()
  feed.watch({ verdicts: judging.verdicts, rollouts: rollouts.reports })
  history.watch(rollouts.reports)

  const plane: ControlPlane = {
    tripped: keeper.trip,
    counted(counts) {
      judging.count(counts)
      v1.add(counts)
    },
    did: history.did,
    stayed: residual.stayed,
    compared: differences.compared,
    refused: security.refused,
    usersSeen: experiments.usersSeen,
  }

  /** Those that are there by now: none before the listeners open. */
  const planes = () => deps.planes() as Planes
  const view = createControlView({
    ...deps,
    snapshot: inForce,
    ready: () => ready,
    planes,
    fleet,
    leader,
    keeper,
    announcer,
    judging,
    gates,
    rollouts,
    experiments: createExperimentsView(experiments),
    differences,
    certificates: certificates.statuses,
    security,
    revocations,
    events: feed.view,
    history,
    residual,
  })
  const operators = await createOperatorsListener({
    ...{ ...deps, snapshot, metrics, planes, control: view },
    isRevoked: revocations.isRevoked,
    ready: () => ready,
    onTrouble: address => security.saw('admin-refused', address),
  })

  function apply(next: Snapshot): void {
    snapshot = next
    judging.replace(snapshot.routes)
    differences.replace(snapshot.routes)
    experiments.replace(snapshot)
    certificates.replace(snapshot)
    security.replace()
    warnOfUnusedTrips(latches(), flags(), log)
    metrics.config.inForce(snapshot.version)
    audit({
      event: 'config-applied',
      who: machine,
      subject: null,
      why: `configuration ${snapshot.version} is in force`,
      evidence: null,
    })
  }

  return {
    plane,
    metrics,
    /** The latches as known, for data planes that start. */
    latches,
    /** What is revoked, likewise. */
    revocations: revocations.revocations,
    /**
     * Makes ready to judge by a new snapshot, and to serve operators by it; to be committed when the
     * data planes have taken it. Rejects, and leaves all as it is, where that cannot be done.
     */
    async prepare(next: Snapshot) {
      const { commit, discard } = await operators.prepare(next)
      return {
        discard,
        commit(): void {
          apply(next)
          commit()
        },
      }
    },
    /** Hears of every look at the files that came to something. */
    reloaded: feed.reloaded,
    /** Hears of the workers' lives, where there are any. */
    onWorker: createWorkerNews({ machine, metrics, audit, log }),
    /** Opens the operators' listener; resolves with the port in use. */
    listen: operators.listen,
    /** Whether load balancers should send clients here. */
    setReady(value: boolean): void {
      ready = value
    },
    async close(): Promise<void> {
      await operators.close()
      feed.close()
      await rollouts.close()
      judging.close()
      await history.close()
      await residual.close()
      certificates.close()
      await security.close()
      await differences.close()
      await experiments.close()
      await latching.close()
      await revocations.close()
      await stores.close()
    },
  }
}
