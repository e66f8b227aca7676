import type { Clock } from '../clock.ts'
import type { BreakerRule } from '../config/rules.ts'
import type { ProcessConfig } from '../config/schema-process.ts'
import type { EjectionRule, HealthRule, UpstreamRules } from '../config/upstream-rules.ts'
import type { LinkedUpstream } from '../config/upstream-tls.ts'
import { Breaker, type BreakerState } from './breaker.ts'
import type { OriginClient } from './client.ts'
import { type DialTarget, dialTarget, type OriginTls } from './dial-target.ts'
import { createHealthCheck, type Health } from './health-check.ts'
import type { Origin, OriginSet } from './origin.ts'
import type { OriginEvent } from './origin-event.ts'
import { PlainOrigins } from './plain-origins.ts'
import { createReusedParts } from './reused-parts.ts'
import { Standing } from './standing.ts'
import type { TlsTrouble } from './tls-trouble.ts'

/** What a client to an origin is made from. */
export interface OriginOptions {
  readonly target: DialTarget
  readonly client: ProcessConfig['upstream']['client']
  readonly maxConnections: number
  readonly keepAliveTimeoutMs: number
  readonly maxHeaderBytes: number
}

/** The same as written; equal ones share one client, also over reloads. */
interface OriginKey extends Omit<OriginOptions, 'target'> {
  readonly origin: string
  readonly tls: OriginTls
}

/** How the origins of a variant are protected. */
export interface OriginRules extends UpstreamRules, Pick<OriginSet, 'isLastResort'> {
  readonly breaker: BreakerRule | null
  /**
   * Puts the upstream's mapping and credential before a client. Connections, health and breakers are
   * those of the origin, whoever maps what goes there.
   */
  readonly mapped: (client: OriginClient) => OriginClient
}

/** Connections of their own to the origins of an upstream. */
export interface PlainPool extends Pick<OriginRules, 'mapped'> {
  readonly purpose: string
  /** To each origin. */
  readonly maxConnections: number
}

export interface OriginsDeps {
  readonly clock: Clock
  /** By which checks are timed. */
  readonly awake: Clock
  /** A number in [0, 1). */
  readonly random: () => number
  readonly create: (options: OriginOptions) => OriginClient
  /** Hears of every change in how an origin is. */
  readonly onEvent: (event: OriginEvent) => void
}

/**
 * Owns the clients of all origins and what is known of each. Both outlive a reload when what they
 * are made from is unchanged, so that a new configuration throws away neither warm connections nor
 * the knowledge that an origin is down; clients that are not needed any more finish what they have.
 */
export function createOrigins({ clock, awake, random, create, onEvent }: OriginsDeps) {
  const targets = createReusedParts<DialTarget>()
  const clients = createReusedParts<OriginClient>()
  const standings = createReusedParts<Standing>()
  const breakers = createReusedParts<Breaker>()
  const checks = createReusedParts<Health>()
  const closing = new Set<Promise<void>>()

  function retire(part: { close(): void | Promise<void> }, unused = Promise.resolve()): void {
    const closed = unused.then(() => part.close()).finally(() => closing.delete(closed))
    closing.add(closed)
  }

  function openStanding(origin: string, rule: EjectionRule | null): Standing {
    return new Standing(rule, ({ restMs }) => onEvent({ type: 'ejected', origin, restMs }))
  }

  function openBreaker(origin: string, rule: BreakerRule): Breaker {
    const onChange = (state: BreakerState) => onEvent({ type: `breaker-${state}`, origin })
    return new Breaker({ rule, clock, onChange })
  }

  function openCheck(client: OriginClient, rule: HealthRule): Health {
    const { origin } = client
    const onChange = (healthy: boolean, finding: string) =>
      onEvent({ type: healthy ? 'healthy' : 'unhealthy', origin, finding })
    return createHealthCheck({ client, rule, clock: awake, random, onChange })
  }

  return {
    /** Opens what is new; nothing changes for the requests under way until `commit`. */
    prepare(defaults: ProcessConfig['upstream']) {
      const nextTargets = targets.prepare()
      const nextClients = clients.prepare()
      const nextStandings = standings.prepare()
      const nextBreakers = breakers.prepare()
      const nextChecks = checks.prepare()

      function targetFor(origin: string, tls: OriginTls): DialTarget {
        const onTrouble = (trouble: TlsTrouble) => onEvent({ type: 'tls-failed', origin, trouble })
        const key = JSON.stringify([origin, tls])
        return nextTargets.take(key, () => dialTarget(origin, tls, onTrouble))
      }

      function clientFor(options: OriginKey, purpose = ''): OriginClient {
        const { origin, tls, ...rest } = options
        const key = `${purpose} ${JSON.stringify(options)}`
        return nextClients.take(key, () => create({ ...rest, target: targetFor(origin, tls) }))
      }

      function originFor(options: OriginKey, rules: OriginRules): Origin {
        const { origin, tls } = options
        const { ejection, breaker, health } = rules
        const keyWith = (rule: object | null) => JSON.stringify([options, rule])
        const client = clientFor(options)
        return {
          target: targetFor(origin, tls),
          client: rules.mapped(client),
          standing: nextStandings.take(keyWith(ejection), () => openStanding(origin, ejection)),
          breaker:
            breaker && nextBreakers.take(keyWith(breaker), () => openBreaker(origin, breaker)),
          health: health && nextChecks.take(keyWith(health), () => openCheck(client, health)),
        }
      }

      return {
        setFor(upstream: LinkedUpstream, rules: OriginRules): OriginSet {
          const { hostHeader, tls = {} } = upstream
          const origins = urlsOf(upstream).map(url =>
            originFor({ origin: new URL(url).origin, tls, ...defaults }, rules),
          )
          return { hostHeader, origins, isLastResort: rules.isLastResort, turn: 0 }
        },
        /**
         * The same origins by clients of their own, so that nothing sent through them takes a connection from
         * live traffic or counts against an origin. `purpose` tells them from those for others.
         */
        plainFor(
          upstream: LinkedUpstream,
          { purpose, maxConnections, mapped }: PlainPool,
        ): PlainOrigins {
          const { tls = {} } = upstream
          return new PlainOrigins(
            urlsOf(upstream).map(url => {
              const options = { ...defaults, origin: new URL(url).origin, tls, maxConnections }
              const host = upstream.hostHeader === 'preserve' ? null : new URL(url).host
              return { client: mapped(clientFor(options, purpose)), host }
            }),
          )
        },
        /**
         * Puts them into force. What is left over is closed once `unused` resolves: a request keeps
         * the configuration it started with, also where it has yet to choose an origin.
         */
        commit(unused: Promise<void>): void {
          nextTargets.commit()
          nextStandings.commit()
          const leaving = [nextChecks.commit(), nextBreakers.commit(), nextClients.commit()]
          for (const part of leaving.flat()) retire(part, unused)
        },
        /** Closes what was opened for a configuration that is not going to be served. */
        discard(): void {
          const unwanted = [nextChecks.discard(), nextBreakers.discard(), nextClients.discard()]
          for (const part of unwanted.flat()) retire(part)
        },
      }
    },
    async close(): Promise<void> {
      const all = [checks.clear(), breakers.clear(), clients.clear()]
      for (const part of all.flat()) retire(part)
      await Promise.all(closing)
    },
  }
}

function urlsOf({ url, urls = [url as string] }: LinkedUpstream): readonly string[] {
  return urls
}
