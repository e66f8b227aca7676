import type { FlagSource } from '../../cohort/flag-source.ts'
import type { Snapshot } from '../../config/snapshot.ts'
import type { Decision } from '../../decisions/decision.ts'
import type { Replayed } from '../../decisions/replayed.ts'
import type { GatewayRequest } from '../../ingress/request.ts'
import { createRoutingTable } from '../../routing/table.ts'
import { passDoors } from '../doors.ts'
import { matchPreflight, matchRoute } from '../match-route.ts'
import { replayedRequest } from './replayed-request.ts'
import { createReplayedRoute } from './replayed-route.ts'
import { createTurn } from './turn.ts'

/** Decides a request again; to be asked in the order of their times, as limits depend on those before. */
export type Replay = (decision: Decision) => Replayed

/**
 * Makes the decisions of a configuration about requests that were decided about before, with the rooms
 * that serve requests: routing table, entrance, access, limits in memory on the clock of the record, and
 * assigner. Left out is what no configuration decides: upstreams, load, and who is found to be whom.
 */
export function createReplay(
  snapshot: Pick<Snapshot, 'routes' | 'dir' | 'process'>,
  flags: FlagSource,
): Replay {
  const turn = createTurn({ sharesLimits: snapshot.process.store.redis !== undefined })
  const routes = snapshot.routes.map(route =>
    createReplayedRoute(route, { turn, flags, dir: snapshot.dir }),
  )
  const table = createRoutingTable(routes.map(route => ({ match: route.config.match, route })))

  function decide(request: GatewayRequest): Replayed {
    const preflight = matchPreflight({ table }, request)
    if (preflight !== null) {
      const { name } = preflight.route.config
      const entered = preflight.answer(request)
      if (entered.ok) return { kind: 'preflight', route: name }
      return refused(name, entered)
    }
    const matched = matchRoute({ table }, request, request.method)
    if (!matched.ok) return refused(null, matched)
    const { route } = matched
    const { name } = route.config
    const lack = route.lacks(turn.decision())
    if (lack !== null) {
      // Who does not get as far as what is lacking is known all the same.
      const entered = route.entrance?.enter(request)
      if (entered?.ok === false) return refused(name, entered)
      return { kind: 'unknown', route: name, why: lack }
    }
    const passage = passDoors(route, request)
    if (passage instanceof Promise) throw new Error(`Cannot replay ${name}: a door must not wait.`)
    if (!passage.ok) return refused(name, passage)
    const { variant, reason } = route.assign(request, passage.caller)
    if (turn.isDrawn()) return { kind: 'unknown', route: name, why: 'session-not-kept' }
    return { kind: 'assigned', route: name, variant, reason }
  }

  return decision => {
    turn.take(decision)
    return decide(replayedRequest(decision.request))
  }
}

type Refused = Extract<Replayed, { kind: 'refused' }>

function refused(
  route: string | null,
  from: Pick<Refused, 'refusal'> & {
    readonly detail?: Refused['detail'] | undefined
    readonly limit?: string | undefined
  },
): Refused {
  const { refusal, detail = null, limit = null } = from
  return { kind: 'refused', route, refusal, detail, limit }
}
