import { readFile } from 'node:fs/promises'
import type { ProcessConfig } from '../config/schema-process.ts'
import type { UpstreamConfig } from '../config/schema-route.ts'
import type { OriginClient } from './client.ts'
import type { OriginTls } from './dial-target.ts'

/** What a client to an origin is made from; equal options share one client, also over reloads. */
export interface OriginOptions {
  readonly origin: string
  readonly tls: OriginTls
  readonly client: ProcessConfig['upstream']['client']
  readonly maxConnections: number
  readonly keepAliveTimeoutMs: number
  readonly maxHeaderBytes: number
}

/** The origins of one variant of one route. */
export interface OriginSet {
  readonly hostHeader: UpstreamConfig['hostHeader']
  readonly tls: OriginTls
  readonly clients: readonly OriginClient[]
}

/**
 * Owns the clients of all origins. They outlive a reload when their options are unchanged, so that
 * a new configuration does not throw warm connections away; the others finish what they have.
 */
export function createOrigins(create: (options: OriginOptions) => OriginClient) {
  let clients = new Map<string, OriginClient>()
  const closing = new Set<Promise<void>>()

  function retire(client: OriginClient, unused = Promise.resolve()): void {
    const closed = unused.then(() => client.close()).finally(() => closing.delete(closed))
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
        async setFor(upstream: UpstreamConfig): Promise<OriginSet> {
          const { hostHeader, urls = [upstream.url as string] } = upstream
          const tls = await readTls(upstream)
          const clients = urls.map(url =>
            clientFor({ origin: new URL(url).origin, tls, ...defaults }),
          )
          return { hostHeader, tls, clients }
        },
        /**
         * Puts them into force. What is left over is closed once `unused` resolves: a request keeps
         * the configuration it started with, also where it has yet to choose an origin.
         */
        commit(unused: Promise<void>): void {
          const leaving = [...clients].filter(([key]) => !next.has(key))
          clients = next
          for (const [, client] of leaving) retire(client, unused)
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

/** Host header for a request to an origin of the set; `authority` is what the client asked for. */
export function hostFor(set: OriginSet, { origin }: OriginClient, authority: string): string {
  return set.hostHeader === 'preserve' ? authority : origin.slice(origin.indexOf('//') + 2)
}

async function readTls({ tls = {} }: UpstreamConfig): Promise<OriginTls> {
  return {
    ...(tls.caFile === undefined ? {} : { ca: await readFile(tls.caFile, 'utf8') }),
    ...(tls.serverName === undefined ? {} : { serverName: tls.serverName }),
  }
}
