import { readFile } from 'node:fs/promises'
import { type AdminView, createAdmin } from './admin/server.ts'
import { type Clock, pause } from './clock.ts'
import type { FlagSource, FlagSourceEvent } from './cohort/flag-source.ts'
import type { Snapshot } from './config/snapshot.ts'
import { createListener } from './ingress/listener.ts'
import { createFlagHolder } from './pipeline/flag-holder.ts'
import { createGenerations } from './pipeline/generations.ts'
import { createIds } from './pipeline/ids.ts'
import { createServeHttp } from './pipeline/serve-http.ts'
import { createServeWebSocket } from './pipeline/serve-websocket.ts'
import { createServing, type Serving } from './pipeline/serving.ts'
import { createTell } from './pipeline/tell.ts'
import { createAccessLog } from './telemetry/access-log.ts'
import { createFlagLog } from './telemetry/flag-log.ts'
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
  /** What the admin listener shows of the configuration. */
  readonly configStatus: () => object
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
  const tellFlags = createFlagLog(log)
  const flags = createFlagHolder({ clock, instanceId: deps.instanceId, onEvent: onFlagEvent })
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

  function onFlagEvent(event: FlagSourceEvent): void {
    tellFlags(event)
    const { type } = event
    if (type === 'ready-from-server' || type === 'refresh-recovered') metrics.flagSourceUp.set(1)
    if (type === 'refresh-failed' || type === 'ready-from-backup' || type === 'started-empty') {
      metrics.flagSourceUp.set(0)
    }
    if (type === 'changed') warnOfUnknownFlags()
  }

  /** A misspelt flag would otherwise only show as everyone getting V1. */
  function warnOfUnknownFlags(): void {
    const source = flags.source()
    if (source === null || !source.status().ready) return
    for (const { name, flag } of generations.current().snapshot.routes) {
      if (flag === undefined || source.feature(flag) !== undefined) continue
      log.warn({ route: name, flag }, 'the flag of this route is not known: everyone gets V1')
    }
  }

  async function readCertificate({ process }: Snapshot) {
    const { tls } = process.listen
    if (tls === undefined) return undefined
    return { cert: await readFile(tls.certFile, 'utf8'), key: await readFile(tls.keyFile, 'utf8') }
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
    if (nextFlags.source.kind === 'flags') metrics.flagSourceUp.set(1)
    warnOfUnknownFlags()
  }

  /** Serves a new snapshot; when it throws, everything stays as it was. */
  async function change(snapshot: Snapshot): Promise<void> {
    const certificate = await readCertificate(snapshot)
    await apply(snapshot)
    if (certificate !== undefined) listener.renewCertificate(certificate)
  }

  const shared = {
    serving: generations.current,
    clock,
    tell: createTell(metrics, accessLog),
    newId: ids.request,
    draining: () => state === 'draining',
    onError(error: unknown, requestId: string): void {
      metrics.refusals.inc({ route: '', reason: 'internal-error' })
      log.error({ err: error, requestId }, 'a request failed inside the gateway')
    },
  }
  const serveHttp = createServeHttp({ ...shared, ...first.process.limits, stalls })
  const serveWebSocket = createServeWebSocket({ ...shared, tunnels, accessLog })

  const listener = await createListener({
    config: first.process,
    tls: await readCertificate(first),
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
      config: () => deps.configStatus(),
      flags: () => ({ ...flags.status(), flags: flagsInUse() }),
    }
  }

  /** The flags that routes name, as held: what an operator would look for in Unleash. */
  function flagsInUse() {
    const names = generations.current().snapshot.routes.flatMap(({ flag }) => flag ?? [])
    return [...new Set(names)].map(name => flags.source()?.feature(name) ?? { name, known: false })
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
    await stop()
  }

  /** Cuts whatever is open. */
  async function stop(): Promise<void> {
    const closed = listener.close()
    listener.closeAllConnections()
    await closed
    await Promise.all([origins.close(), flags.close(), admin.close()])
    stalls.close()
  }

  return {
    metrics,
    apply: change,
    /** The flags in force; another source after a reload that changed them. */
    flags: () => flags.source() as FlagSource,
    /** Opens both listeners; resolves with the ports in use. Throws, with nothing left open, where one is taken. */
    async listen(): Promise<{ port: number; adminPort: number }> {
      try {
        const adminPort = await opened('admin', first.process.admin, admin.listen())
        const port = await opened('listen', first.process.listen, listener.listen())
        state = 'ready'
        return { port, adminPort }
      } catch (error) {
        await stop()
        throw error
      }
    },
    /** Resolves when everything is closed, see `leave`; further calls share the first. */
    close(): Promise<void> {
      leaving ??= leave()
      return leaving
    },
  }
}

/** Says which field of `switchback.yaml` names an address that cannot be had. */
async function opened(
  field: 'admin' | 'listen',
  { host, port }: { host: string; port: number },
  listening: Promise<number>,
): Promise<number> {
  try {
    return await listening
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException
    const reason = code === 'EADDRINUSE' ? 'is in use by another process' : message
    const received = `${host} port ${port}`
    throw new Error(
      `Cannot listen: ${field} in switchback.yaml must be a free address, received ${received}, which ${reason}`,
      { cause },
    )
  }
}
