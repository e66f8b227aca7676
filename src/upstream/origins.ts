import type { ProcessConfig } from '../config/schema-process.ts'
import type { UpstreamConfig } from '../config/schema-route.ts'
import type { OriginClient } from './client.ts'

/** What a client to an origin is made from; equal options share one client, also over reloads. */
export interface OriginOptions {
  readonly origin: string
  readonly caFile?: string | undefined
  readonly serverName?: string | undefined
  readonly client: ProcessConfig['upstream']['client']
  readonly maxConnections: number
  readonly keepAliveTimeoutMs: number
  readonly maxHeaderBytes: number
}

/** The origins of one variant of one route. */
export interface OriginSet {
  readonly hostHeader: UpstreamConfig['hostHeader']
  readonly clients: readonly OriginClient[]
}

/**
 * Owns the clients of all origins. They outlive a reload when their options are unchanged, so that
 * a new configuration does not throw warm connections away; the others finish what they have.
 */
export function createOrigins(create: (options: OriginOptions) => OriginClient) {
  let clients = new Map<string, OriginClient>()
  const closing = new Set<Promise<void>>()

  function retire(client: OriginClient): void {
    const closed = client.close().finally(() => closing.delete(closed))
    closing.add(closed)
  }

  return {
    /** Opens what is new; nothing changes for the requests under way until `commit`. */
    prepare(defaults: ProcessConfig['upstream']) {
      const next = new Map<string, OriginClient>()

      function clientFor(options: OriginOptions): OriginClient {
        const key = JSON.stringify(options)
        const client = next.get(key) ?? clients.get(key) ?? create(options)
        next.set(key, client)
        return client
      }

      return {
        setFor(upstream: UpstreamConfig): OriginSet {
          const urls = upstream.urls ?? [upstream.url as string]
          return {
            hostHeader: upstream.hostHeader,
            clients: urls.map(url =>
              clientFor({
                origin: new URL(url).origin,
                caFile: upstream.tls?.caFile,
                serverName: upstream.tls?.serverName,
                ...defaults,
              }),
            ),
          }
        },
        commit(): void {
          const before = clients
          clients = next
          for (const [key, client] of before) if (!next.has(key)) retire(client)
        },
        /** Closes what was opened for a configuration that is not going to be served. */
        discard(): void {
          for (const [key, client] of next) if (!clients.has(key)) retire(client)
        },
      }
    },
    async close(): Promise<void> {
      for (const client of clients.values()) retire(client)
      clients = new Map()
      await Promise.all(closing)
    },
  }
}

/**
 * The least busy client of a set; among equals the next in turn, so that an idle set is shared
 * evenly. `turn` is any growing number. A retry passes the client to avoid.
 */
export function leastBusy(set: OriginSet, turn: number, avoid?: OriginClient): OriginClient {
  const { clients } = set
  const count = clients.length
  let best = clients[turn % count] as OriginClient
  for (let step = 1; step < count; step++) {
    const candidate = clients[(turn + step) % count] as OriginClient
    if (best === avoid || (candidate !== avoid && candidate.inFlight < best.inFlight))
      best = candidate
  }
  return best
}
