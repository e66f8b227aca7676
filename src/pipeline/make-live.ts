import type { Clock } from '../clock.ts'
import type { Snapshot } from '../config/snapshot.ts'
import type { Metrics } from '../telemetry/metrics.ts'
import type { createOrigins } from '../upstream/origins.ts'
import type { FlagHolder } from './flag-holder.ts'
import type { createGenerations } from './generations.ts'
import type { Ids } from './ids.ts'
import type { KeySets } from './key-sets.ts'
import type { createLimiting } from './limiting.ts'
import type { createMappings } from './mappings.ts'
import type { Overload } from './overload.ts'
import type { Protection } from './protection.ts'
import type { Revoking } from './revoking.ts'
import type { RouteHistories } from './route-histories.ts'
import { createServing, type Serving } from './serving.ts'
import type { createShadowing } from './shadowing.ts'
import type { Tracing } from './tracing.ts'
import type { UserWatch } from './user-watch.ts'

/** The rooms of a data plane that outlive a snapshot, and have a part in making the next one live. */
export interface MakeLiveDeps {
  readonly clock: Clock
  readonly metrics: Metrics
  readonly ids: Ids
  readonly generations: ReturnType<typeof createGenerations>
  readonly flags: FlagHolder
  readonly keySets: KeySets
  readonly origins: ReturnType<typeof createOrigins>
  readonly protection: Protection
  readonly histories: RouteHistories
  readonly shadowing: ReturnType<typeof createShadowing>
  readonly users: UserWatch
  readonly mappings: ReturnType<typeof createMappings>
  readonly limiting: ReturnType<typeof createLimiting>
  readonly overload: Overload
  readonly revoking: Revoking
  readonly tracing: Tracing
}

/**
 * Makes a snapshot live: each room prepares its part beside what is in force, one reference is swapped,
 * and each lets go of what nobody needs any more.
 */
export function createMakeLive(deps: MakeLiveDeps) {
  const { generations, flags, keySets, origins } = deps
  const { protection, shadowing, mappings, limiting, overload } = deps

  /** When it throws, the snapshot before goes on serving. */
  return async function makeLive(snapshot: Snapshot): Promise<void> {
    const nextFlags = await flags.prepare(snapshot)
    const nextKeys = await keySets.prepare(snapshot)
    const nextOrigins = origins.prepare(snapshot.process.upstream)
    const nextGuards = protection.guards.prepare()
    const nextUsers = deps.users.prepare()
    const nextMirrors = shadowing.prepare(nextOrigins)
    let next: Serving
    try {
      next = createServing(snapshot, {
        ...deps,
        ...protection,
        flags: nextFlags.source,
        origins: nextOrigins,
        keySetAt: nextKeys.keySetAt,
        mapLive: mappings.live,
        limitsOf: limiting.limitsOf,
        guardOf: nextGuards.guardOf,
        experimentsOf: nextUsers.experimentsOf,
        mirrorOf: nextMirrors.mirrorOf,
        placesOf: overload.placesOf,
        historyOf: deps.histories.historyOf,
        isRevoked: deps.revoking.isRevoked,
      })
    } catch (error) {
      nextOrigins.discard()
      nextFlags.discard()
      nextKeys.discard()
      throw error
    }
    // A copy outlives its request, and needs its origin as long.
    const unused = nextMirrors.commit(generations.swap(next))
    nextOrigins.commit(unused)
    nextFlags.commit()
    nextKeys.commit()
    nextGuards.commit()
    nextUsers.commit()
    deps.tracing.apply(snapshot.process)
    overload.limitLag(snapshot.process.shedding.maxEventLoopLagMs)
  }
}
