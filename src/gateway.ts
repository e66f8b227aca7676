import { readFile } from 'node:fs/promises'
import { type AdminView, createAdmin } from './admin/server.ts'
import type { Clock } from './clock.ts'
import type { FlagSource, FlagSourceEvent } from './cohort/flag-source.ts'
import type { Snapshot } from './config/snapshot.ts'
import { createListener } from './ingress/listener.ts'
import { createFlagHolder } from './pipeline/flag-holder.ts'
import { createGenerations } from './pipeline/generations.ts'
import { createIds } from './pipeline/ids.ts'
import { createServeHttp } from './pipeline/serve-http.ts'
import { createServeWebSocket } from './pipeline/serve-websocket.ts'
import { createServing, type Serving } from './pipeline/serving.ts'
import { createAccessLog } from './telemetry/access-log.ts'
import type { Logger } from './telemetry/log.ts'
import { createMetrics } from './telemetry/metrics.ts'
import { createHttp1Client } from './upstream/http1/client.ts'
import { createOrigins, type OriginOptions } from './upstream/origins.ts'
import { createStalls } from './upstream/stalls.ts'
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
  /** What the admin listener shows of the configuration beside the version in force. */
  readonly configStatus?: () => object
}

export type Gateway = Awaited<ReturnType<typeof buildGateway>>

/**
 * The composition root: makes the rooms, joins them in the order in which a request goes through
 * them, and owns their lives. Throws where the snapshot cannot be made live.
 */
export async function buildGateway(deps: GatewayDeps) {
  const { clock, log } = deps
  const first = deps.snapshot
  const ids = createIds(deps.randomBytes)

  const metrics = createMetrics()
  const accessLog = first.process.log.access ? createAccessLog(log) : null
  const flags = createFlagHolder({ clock, instanceId: deps.instanceId, onEvent: tellFlags })
  const origins = createOrigins(createOrigin)
  const stalls = createStalls(clock)
  const generations = createGenerations()
  const tunnels = createTunnels({
    clock,
    random: () => deps.randomBytes(4).readUInt32LE() / 2 ** 32,
  })

  let leaving: Promise<void> | null = null
  let state: 'starting' | 'ready' | 'leaving' | 'draining' = 'starting'
  await apply(first)

  function createOrigin(options: OriginOptions) {
    return options.client === 'undici'
      ? createUndiciClient({ ...options, clock })
      : createHttp1Client({ ...options, clock })
  }

  function tellFlags(event: FlagSourceEvent): void {
    const { type, ...details } = event
    const bad = 'error' in event
    log[bad ? 'warn' : 'info']({ ...details, event: type }, 'flags')
    if (type === 'ready-from-server' || type === 'refresh-recovered') metrics.flagSourceUp.set(1)
    if (type === 'refresh-failed' || type === 'ready-from-backup' || type === 'started-empty') {
      metrics.flagSourceUp.set(0)
    }
  }

  /** Makes a snapshot live and swaps it in; when it throws, the one before goes on serving. */
  async function apply(snapshot: Snapshot): Promise<void> {
    const nextFlags = await flags.prepare(snapshot)
    const nextOrigins = origins.prepare(snapshot.process.upstream)
    let next: Serving
    try {
      next = await createServing(snapshot, {
        flags: nextFlags.source,
        origins: nextOrigins,
        clock,
        metrics,
        ids,
      })
    } catch (error) {
      nextOrigins.discard()
      nextFlags.discard()
      throw error
    }
    const unused = generations.swap(next)
    nextOrigins.commit(unused)
    nextFlags.commit()
    metrics.configInfo.reset()
    metrics.configInfo.set({ version: snapshot.version }, 1)
  }

  const shared = {
    serving: generations.current,
    clock,
    metrics,
    accessLog,
    newId: ids.request,
    draining: () => state === 'draining',
    onError: (error: unknown) => log.error({ err: error }, 'a request failed inside the gateway'),
  }
  const serveHttp = createServeHttp({ ...shared, ...first.process.limits, stalls })
  const serveWebSocket = createServeWebSocket({ ...shared, tunnels })

  const { tls } = first.process.listen
  const listener = await createListener({
    config: first.process,
    tls: tls && {
      cert: await readFile(tls.certFile, 'utf8'),
      key: await readFile(tls.keyFile, 'utf8'),
    },
    newId: ids.request,
    onRequest: serveHttp,
    onUpgrade: serveWebSocket,
    onRefused: reason => metrics.refusals.inc({ route: '', reason }),
  })
  const admin = createAdmin(first.process.admin, createView())

  function createView(): AdminView {
    return {
      ready: () => state === 'ready',
      metrics: async () => ({
        contentType: metrics.registry.contentType,
        body: await metrics.registry.metrics(),
      }),
      config: () => ({ version: generations.current().snapshot.version, ...deps.configStatus?.() }),
      flags: () => flags.status(),
    }
  }

  /**
   * Leaves without losing a request: /ready turns 503, then the listener closes, what is in flight
   * finishes, WebSockets are closed with 1001; after `drain.graceMs` whatever is left is cut.
   */
  async function leave(): Promise<void> {
    const { delayMs, lingerMs, graceMs } = first.process.drain
    state = 'leaving'
    await pause(clock, delayMs)
    state = 'draining'
    listener.stopAccepting()
    const limits = { jitterMs: 0, limitMs: graceMs }
    const tunnelsClosed = tunnels.closeAll(1001, 'going away', limits)
    // Idle connections stay a moment: a request may be on its way, and is answered with a close.
    await pause(clock, lingerMs)
    await Promise.race([generations.idle(), pause(clock, graceMs)])
    await tunnelsClosed
    const closed = listener.close()
    listener.closeAllConnections()
    await closed
    await Promise.all([origins.close(), flags.close(), admin.close()])
    stalls.close()
  }

  return {
    metrics,
    apply,
    /** The flags in force; another source after a reload that changed them. */
    flags: () => flags.source() as FlagSource,
    /** Opens both listeners; resolves with the ports in use. */
    async listen(): Promise<{ port: number; adminPort: number }> {
      const adminPort = await admin.listen()
      const port = await listener.listen()
      state = 'ready'
      return { port, adminPort }
    },
    /** Resolves when everything is closed, see `leave`; further calls share the first. */
    close(): Promise<void> {
      leaving ??= leave()
      return leaving
    },
  }
}

function pause(clock: Clock, milliseconds: number): Promise<void> {
  if (milliseconds === 0) return Promise.resolve()
  return new Promise(resolve => {
    const stop = clock.every(milliseconds, () => {
      stop()
      resolve()
    })
  })
}
