import type { Clock } from '../clock.ts'
import type { Variant } from '../cohort/assignment.ts'
import type { ShadowRule } from '../config/shadow-rule.ts'
import type { LinkedRoute } from '../config/snapshot.ts'
import type { LinkedUpstream } from '../config/upstream-tls.ts'
import type { ControlPlane } from '../fleet/planes.ts'
import { Account } from '../shadow/account.ts'
import { basisOf } from '../shadow/basis.ts'
import { Blocks } from '../shadow/blocks.ts'
import type { ComparedRoute } from '../shadow/comparer.ts'
import { createComparer } from '../shadow/comparing/create-comparer.ts'
import { createCopyQueue } from '../shadow/copy-queue.ts'
import type { TraceCopy } from '../shadow/copy-trace.ts'
import { Headroom, watchLoopLoad } from '../shadow/headroom.ts'
import { accountedRoom, Ledger, type ShadowLimits } from '../shadow/limits.ts'
import { createPieceTurns } from '../shadow/piece-turns.ts'
import { RouteMirror, type RouteMirrorParts } from '../shadow/route-mirror.ts'
import { Share } from '../shadow/share.ts'
import type { Logger } from '../telemetry/log.ts'
import type { Metrics } from '../telemetry/metrics.ts'
import type { OriginClient } from '../upstream/client.ts'
import { putCredential } from '../upstream/credential.ts'
import type { createOrigins } from '../upstream/origins.ts'
import { createReusedParts } from '../upstream/reused-parts.ts'
import type { TimeLimits } from '../upstream/time-limits.ts'
import type { MapClient } from './mappings.ts'

export interface ShadowingDeps {
  readonly clock: Clock
  /** By which copies are timed; that of `timeLimits`. */
  readonly awake: Clock
  /** From 0 up to 1. */
  readonly random: () => number
  readonly timeLimits: TimeLimits
  readonly metrics: Metrics
  readonly log: Logger
  readonly control: ControlPlane
  readonly mapShadow: MapClient
  readonly isOverloaded: () => boolean
  readonly traceCopy: TraceCopy
}

type NextOrigins = Pick<ReturnType<ReturnType<typeof createOrigins>['prepare']>, 'plainFor'>

/** Milliseconds between two reports of what was compared. */
const reportPeriodMs = 1000

/**
 * The shadow of a worker: the mirrors of its routes, the comparer of what they copy, and the reports to the
 * control plane. Shares and limits outlive a reload that leaves them alone, what was counted outlives all.
 */
export function createShadowing(deps: ShadowingDeps) {
  const { clock, awake, random, timeLimits, metrics, log, control, mapShadow } = deps
  const { isOverloaded, traceCopy } = deps
  const comparer = createComparer({
    clock,
    onCrash: err => log.error({ err }, 'the thread that compares answers ended; another follows'),
  })
  const queue = createCopyQueue(err => log.error({ err }, 'a copy failed inside the gateway'))
  const pieceTurns = createPieceTurns()
  const shares = createReusedParts<Share>()
  const limits = createReusedParts<ShadowLimits>()
  const accounts = new Map<string, Account>()
  /** Of the snapshot in force, and of those before with copies under way. */
  const living = new Set<RouteMirror>()
  let inForce: readonly RouteMirror[] = []

  metrics.shadow.watch(() => accounts)

  function accountOf(route: string): Account {
    const account = accounts.get(route) ?? new Account()
    accounts.set(route, account)
    return account
  }

  function report(): void {
    const found = comparer.takeReport()
    if (found.length === 0) return
    metrics.shadow.compared(found)
    control.compared(found)
  }
  const stopReports = clock.every(reportPeriodMs, report)
  const stopLooking = watchLoopLoad(clock, load => {
    for (const { headroom } of new Set(inForce.map(({ parts }) => parts.limits)))
      headroom.look(load)
  })

  /** Those of a snapshot that is not in force any more, whose last request is over. */
  async function retire(mirrors: readonly RouteMirror[]): Promise<void> {
    for (const mirror of mirrors) {
      await mirror.idle()
      living.delete(mirror)
    }
  }

  return {
    /** Makes the mirrors of a new snapshot; those in force stay so until `commit`. */
    prepare(origins: NextOrigins) {
      const nextShares = shares.prepare()
      const nextLimits = limits.prepare()
      const mirrors: RouteMirror[] = []

      function open(
        route: LinkedRoute,
        rule: ShadowRule,
        v2: NonNullable<LinkedRoute['v2']>,
        latch: RouteMirrorParts['latch'],
      ): RouteMirror {
        const { name, policy, rules } = route
        const { maxInFlight, maxBytesInFlight, maxBodyBytes, maxLoad } = rule
        const account = accountOf(name)
        const within = nextLimits.take(
          JSON.stringify([policy, maxInFlight, maxBytesInFlight, maxLoad]),
          () => ({
            slots: new Ledger(maxInFlight),
            bytes: new Ledger(maxBytesInFlight),
            blocks: new Blocks(),
            headroom: new Headroom(maxLoad, random),
          }),
        )
        const mapLimits = { maxBodyBytes, room: accountedRoom(within.bytes, account) }
        const poolFor = ({ mapping }: LinkedUpstream, variant: Variant) => ({
          purpose: `shadow of ${policy}`,
          maxConnections: maxInFlight,
          mapped: (client: OriginClient) =>
            mapShadow(client, mapping, { route: name, variant, limits: mapLimits }),
        })
        const share = (of: string, part: number) =>
          nextShares.take(JSON.stringify([name, of, part]), () => new Share(part, random))
        return new RouteMirror({
          route: name,
          basis: basisOf(route, rule),
          matchPath: route.match.path,
          rule,
          connectTimeoutMs: rules.timeouts.connectMs,
          latch,
          origins: {
            v1: origins.plainFor(route.v1, poolFor(route.v1, 'v1')),
            v2: origins.plainFor(v2, poolFor(v2, 'v2')),
          },
          asLive: { v1: putCredential(route.v1), v2: putCredential(v2) },
          shadowShare: share('shadow', rule.share),
          noiseShare: share('noise', rule.noise),
          limits: within,
          account,
          clock: awake,
          timeLimits,
          queue,
          pieceTurns,
          isOverloaded,
          traceCopy,
          comparer,
        })
      }

      return {
        /** Null for a route of which nothing is copied. */
        mirrorOf(route: LinkedRoute, latch: RouteMirrorParts['latch']): RouteMirror | null {
          const { v2, rules } = route
          if (v2 === undefined || rules.shadow === null || rules.shadow.share === 0) return null
          const mirror = open(route, rules.shadow, v2, latch)
          mirrors.push(mirror)
          return mirror
        },
        /** Puts them into force; resolves when those before are idle, which is waited for from `unused` on. */
        async commit(unused: Promise<void>): Promise<void> {
          const before = inForce
          inForce = mirrors
          for (const mirror of mirrors) living.add(mirror)
          nextShares.commit()
          nextLimits.commit()
          comparer.setRoutes(mirrors.map(comparedBy))
          await unused
          await retire(before)
        },
      }
    },
    /** Cuts what is under way, counts it, and tells the control plane the last of what was found. */
    async close(): Promise<void> {
      for (const mirror of living) mirror.stop()
      stopReports()
      stopLooking()
      await comparer.close()
      report()
    },
  }
}

function comparedBy({ parts: { route, basis, rule, matchPath } }: RouteMirror): ComparedRoute {
  return { route, basis, rule, matchPath }
}
