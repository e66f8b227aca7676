import { type Clock, pause } from './clock.ts'
import type { FlagSource } from './cohort/flag-source.ts'
import type { Snapshot } from './config/snapshot.ts'
import type { ControlPlane, DataPlane } from './fleet/planes.ts'
import type { LatchState } from './guard/latch-state.ts'
import type { Revocation } from './identity/revocation.ts'
import { createCallerQuestions } from './pipeline/asking/caller-questions.ts'
import { createClientListener } from './pipeline/client-listener.ts'
import { createClientTls } from './pipeline/client-tls.ts'
import { createFlagHolder } from './pipeline/flag-holder.ts'
import { createFlagNews } from './pipeline/flag-news.ts'
import { createGenerations } from './pipeline/generations.ts'
import { createIds } from './pipeline/ids.ts'
import { createKeySets, issuersOfRoutes } from './pipeline/key-sets.ts'
import { createLimiting } from './pipeline/limiting.ts'
import { createMakeLive } from './pipeline/make-live.ts'
import { createMappings } from './pipeline/mappings.ts'
import { opened } from './pipeline/open-listener.ts'
import { createOverload } from './pipeline/overload.ts'
import { planeStatus, routeStatus } from './pipeline/plane-status.ts'
import { createProtection } from './pipeline/protection.ts'
import { createRecording } from './pipeline/recording.ts'
import { createRefusalWatch } from './pipeline/refusal-watch.ts'
import { createResidualTally } from './pipeline/residual-tally.ts'
import { createRevoking } from './pipeline/revoking.ts'
import { createRouteHistories } from './pipeline/route-histories.ts'
import { createServeHttp } from './pipeline/serve-http.ts'
import { createServeWebSocket } from './pipeline/serve-websocket.ts'
import { createShadowing } from './pipeline/shadowing.ts'
import { createTell } from './pipeline/tell.ts'
import { createTracing } from './pipeline/tracing.ts'
import { createUserWatch } from './pipeline/user-watch.ts'
import { createAccessLog } from './telemetry/access-log.ts'
import { createKeySetLog } from './telemetry/key-set-log.ts'
import type { Logger } from './telemetry/log.ts'
import { createMetrics } from './telemetry/metrics.ts'
import { createOriginLog } from './telemetry/origin-log.ts'
import { createAwakeClock } from './upstream/awake-clock.ts'
import { createHttp1Client } from './upstream/http1/client.ts'
import { createOrigins, type OriginOptions } from './upstream/origins.ts'
import { createStalls } from './upstream/stalls.ts'
import { createTimeLimits } from './upstream/time-limits.ts'
import { createTunnels } from './upstream/tunnel/tunnels.ts'
import { createUndiciClient } from './upstream/undici.ts'

export interface GatewayDeps {
  readonly snapshot: Snapshot
  readonly clock: Clock
  readonly log: Logger
  /** Random bytes, for ids that nobody can guess. */
  readonly randomBytes: (size: number) => Buffer
  /** Names this process towards Unleash, such as `<host>-<pid>`. */
  readonly instanceId: string
  /** Process id, to tell workers apart. */
  readonly pid: number
  /** Names this machine in latches and audit. */
  readonly machine: string
  /** The latches as they are known at the start: a tripped one must hold from the first request on. */
  readonly latches: readonly LatchState[]
  /** What is revoked at the start, likewise. */
  readonly revocations: readonly Revocation[]
  readonly control: ControlPlane
}

export type Gateway = Awaited<ReturnType<typeof buildGateway>>

/**
 * The composition root of the data plane: makes the rooms, joins them in the order in which a request
 * goes through them, and owns their lives. Throws where the snapshot cannot be made live.
 */
export async function buildGateway(deps: GatewayDeps) {
  const { clock, log } = deps
  const first = deps.snapshot
  const ids = createIds(deps.randomBytes)
  const generations = createGenerations()
  const routes = () => generations.current().routes
  const snapshot = () => generations.current().snapshot

  const metrics = createMetrics()
  const accessLog = first.process.log.access ? createAccessLog(log) : null
  const flagNews = createFlagNews({ log, metrics, source: () => flags.source(), snapshot })
  const flags = createFlagHolder({ ...deps, onEvent: flagNews.onEvent })
  const keySets = createKeySets({
    clock,
    onEvent: createKeySetLog(log, metrics),
    issuersOf: issuersOfRoutes,
  })
  const random = ids.chance
  const onEvent = createOriginLog(log, metrics, clock)
  const awake = createAwakeClock(clock)
  const mappings = createMappings({ clock: awake, log, metrics })
  const origins = createOrigins({ clock, awake, random, create: createOrigin, onEvent })
  const watch = createRefusalWatch(deps)
  const stalls = createStalls(awake)
  const limits = createTimeLimits(awake)
  const limiting = createLimiting({ ...deps, process: first.process, metrics })
  const tunnels = createTunnels({ clock, random })
  const overload = createOverload({ clock, random, log, metrics, routes })
  const protection = createProtection({ ...deps, metrics, random, tunnels, routes, snapshot })
  const { latches } = protection
  const histories = createRouteHistories(deps)
  const users = createUserWatch(deps)
  const tracing = createTracing({ ...deps, metrics, ids })
  const shadowing = createShadowing({
    ...{ ...deps, awake, random, metrics, timeLimits: limits },
    mapShadow: mappings.shadow,
    isOverloaded: overload.isShedding,
    traceCopy: tracing.attempts.ofCopy,
  })
  const revoking = createRevoking(deps)

  const makeLive = createMakeLive({
    ...{ clock, metrics, ids, generations, flags, keySets, origins, tracing },
    ...{ protection, histories, users, shadowing, mappings, limiting, overload, revoking },
  })

  let leaving: Promise<void> | null = null
  let listening = false
  let draining = false
  await apply(first)
  metrics.identity.watch(keySets.status)
  metrics.origins.watch(() => routes().map(routeStatus))
  for (const known of deps.latches) latches.take(known)

  function createOrigin(options: OriginOptions) {
    return options.client === 'undici'
      ? createUndiciClient({ ...options, awake })
      : createHttp1Client({ ...options, clock, awake })
  }

  async function apply(snapshot: Snapshot): Promise<void> {
    await makeLive(snapshot)
    flagNews.warnOfUnknownFlags()
  }

  /** Serves a new snapshot; when it throws, everything stays as it was. */
  async function change(snapshot: Snapshot): Promise<void> {
    const renewTls = tls.prepare(snapshot.listenTls)
    await apply(snapshot)
    renewTls()
  }

  const tls = createClientTls({ first: first.listenTls, metrics, watch })
  const recording = createRecording({ ...deps, metrics, snapshot })
  const residual = createResidualTally({ ...deps, snapshot })
  const shared = {
    serving: generations.current,
    ...{ clock, awake },
    saw: histories.before(protection.saw),
    tell: createTell(metrics, accessLog, watch, recording, residual, tracing.requests),
    newId: ids.request,
    enter: overload.enter,
    revoking,
    tracing,
    draining: () => draining,
    isOutdated: tls.isOutdated,
    onError(error: unknown, requestId: string): void {
      metrics.refusals.inc({ route: '', reason: 'internal-error' })
      log.error({ err: error, requestId }, 'a request failed inside the gateway')
    },
  }
  const serveHttp = createServeHttp({ ...shared, ...first.process.limits, stalls, limits })
  const serveWebSocket = createServeWebSocket({ ...shared, tunnels, accessLog })

  const listener = await createClientListener({
    ...{ clock, log, metrics, watch, process: first.process },
    tls: tls.server,
    newId: ids.request,
    onRequest: serveHttp,
    onUpgrade: serveWebSocket,
  })

  /**
   * Leaves without losing a request: the listener closes, what is in flight finishes, WebSockets are
   * closed with 1001; after `drain.graceMs` whatever is left is cut.
   */
  async function leave(): Promise<void> {
    const { lingerMs, graceMs } = first.process.drain
    draining = true
    listener.stopAccepting()
    const sessionsOver = listener.endSessions()
    const limits = { jitterMs: 0, limitMs: graceMs }
    const tunnelsClosed = tunnels.closeAll(1001, 'going away', limits)
    // Idle connections stay a moment: a request may be on its way, and is answered with a close.
    await pause(clock, lingerMs)
    const idle = generations.idle().then(() => sessionsOver)
    await Promise.race([idle, pause(clock, graceMs)])
    await tunnelsClosed
    await stop()
  }

  /** Cuts whatever is open. */
  async function stop(): Promise<void> {
    const closed = listener.close()
    listener.closeAllConnections()
    await closed
    await shadowing.close()
    await Promise.all([origins.close(), flags.close(), limiting.close(), tracing.close()])
    keySets.close()
    mappings.close()
    stalls.close()
    awake.close()
    protection.close()
    histories.close()
    users.close()
    residual.close()
    watch.close()
    overload.close()
    revoking.close()
    recording.close()
    limits.close()
  }

  const plane: DataPlane = {
    apply: change,
    setLatch: state => void latches.take(state),
    revoke: revoking.take,
    status: async () =>
      planeStatus({
        ...{ ...deps, flags, latches, tunnels, overload, limiting },
        serving: generations.current(),
      }),
    metrics: () => metrics.registry.getMetricsAsJSON(),
    ...createCallerQuestions({
      serving: generations.current,
      flags: flags.source,
      newId: ids.session,
      clock,
    }),
    decisions: async (after, limit) => recording.page(after, limit),
  }

  return {
    ...plane,
    /** The flags in force; another source after a reload that changed them. */
    flags: () => flags.source() as FlagSource,
    /** Opens the listener; resolves with the port in use. */
    async listen(): Promise<number> {
      const port = await opened('listen', first.process.listen, listener.listen())
      listening = true
      return port
    },
    /** Resolves when everything is closed, see `leave`; further calls share the first. */
    close(): Promise<void> {
      // Nobody has come in yet.
      leaving ??= listening ? leave() : stop()
      return leaving
    },
  }
}
