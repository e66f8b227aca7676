import { readFile } from 'node:fs/promises'
import type { ProcessConfig } from '../config/schema-process.ts'
import type { UpstreamConfig } from '../config/schema-route.ts'
import type { EjectionRule, UpstreamRules } from '../config/upstream-rules.ts'
import type { OriginClient } from './client.ts'
import type { OriginTls } from './dial-target.ts'
import type { Origin, OriginSet } from './origin.ts'
import type { OriginEvent } from './origin-event.ts'
import { createReusedParts } from './reused-parts.ts'
import { Standing } from './standing.ts'

/** What a client to an origin is made from; equal options share one client, also over reloads. */
export interface OriginOptions {
  readonly origin: string
  readonly tls: OriginTls
  readonly client: ProcessConfig['upstream']['client']
  readonly maxConnections: number
  readonly keepAliveTimeoutMs: number
  readonly maxHeaderBytes: number
}

export interface OriginsDeps {
  readonly create: (options: OriginOptions) => OriginClient
  /** Hears of every change in how an origin is. */
  readonly onEvent: (event: OriginEvent) => void
}

/**
 * Owns the clients of all origins and what is known of each. Both outlive a reload when what they
 * are made from is unchanged, so that a new configuration throws away neither warm connections nor
 * the knowledge that an origin is down; clients that are not needed any more finish what they have.
 */
export function createOrigins({ create, onEvent }: OriginsDeps) {
  const clients = createReusedParts<OriginClient>()
  const standings = createReusedParts<Standing>()
  const closing = new Set<Promise<void>>()

  function retire(client: OriginClient, unused = Promise.resolve()): void {
    const closed = unused.then(() => client.close()).finally(() => closing.delete(closed))
    closing.add(closed)
  }

  return {
    /** Opens what is new; nothing changes for the requests under way until `commit`. */
    prepare(defaults: ProcessConfig['upstream']) {
      const nextClients = clients.prepare()
      const nextStandings = standings.prepare()

      function originFor(options: OriginOptions, rules: UpstreamRules): Origin {
        const { origin } = options
        const key = JSON.stringify(options)
        const keyWith = (rule: object | null) => `${key} ${JSON.stringify(rule)}`
        const onEjected = ({ restMs }: EjectionRule) => onEvent({ type: 'ejected', origin, restMs })
        return {
          client: nextClients.take(key, () => create(options)),
          standing: nextStandings.take(
            keyWith(rules.ejection),
            () => new Standing(rules.ejection, onEjected),
          ),
        }
      }

      return {
        async setFor(upstream: UpstreamConfig, rules: UpstreamRules): Promise<OriginSet> {
          const { hostHeader, urls = [upstream.url as string] } = upstream
          const tls = await readTls(upstream)
          const origins = urls.map(url =>
            originFor({ origin: new URL(url).origin, tls, ...defaults }, rules),
          )
          return { hostHeader, tls, origins, turn: 0 }
        },
        /**
         * Puts them into force. What is left over is closed once `unused` resolves: a request keeps
         * the configuration it started with, also where it has yet to choose an origin.
         */
        commit(unused: Promise<void>): void {
          nextStandings.commit()
          for (const client of nextClients.commit()) retire(client, unused)
        },
        /** Closes what was opened for a configuration that is not going to be served. */
        discard(): void {
          for (const client of nextClients.discard()) retire(client)
        },
      }
    },
    async close(): Promise<void> {
      for (const client of clients.clear()) retire(client)
      await Promise.all(closing)
    },
  }
}

async function readTls({ tls = {} }: UpstreamConfig): Promise<OriginTls> {
  return {
    ...(tls.caFile === undefined ? {} : { ca: await readFile(tls.caFile, 'utf8') }),
    ...(tls.serverName === undefined ? {} : { serverName: tls.serverName }),
  }
}
