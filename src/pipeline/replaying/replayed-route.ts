import { type Assigner, createAssigner } from '../../cohort/assign.ts'
import type { FlagSource } from '../../cohort/flag-source.ts'
import type { LinkedRoute } from '../../config/snapshot.ts'
import type { Decision, Proof } from '../../decisions/decision.ts'
import { factsRead } from '../../decisions/kept-facts.ts'
import type { Unknowable } from '../../decisions/replayed.ts'
import { createEntrance } from '../../entrance/entrance.ts'
import type { Proven } from '../../identity/credentials.ts'
import { createIdentifier } from '../../identity/identify.ts'
import type { TokenFault } from '../../identity/jwt.ts'
import type { Doors } from '../doors.ts'
import { limitsBy } from '../limiting.ts'
import { proofRule } from '../proof-rule.ts'
import type { Turn } from './turn.ts'

/** A route of a configuration that is tried out. */
export interface ReplayedRoute extends Doors {
  readonly config: LinkedRoute
  readonly assign: Assigner
  /** What of a decision it would depend on and was not kept; null where nothing is. */
  lacks(decision: Decision): Unknowable | null
}

export interface ReplayedRouteDeps {
  readonly turn: Turn
  readonly flags: FlagSource
  /** The configuration directory. */
  readonly dir: string
}

export function createReplayedRoute(
  route: LinkedRoute,
  { turn, flags, dir }: ReplayedRouteDeps,
): ReplayedRoute {
  const { flag, rules } = route
  const proofOf = () => turn.decision().proof
  /** Of its own flag alone: how another one's stood then is not known. */
  const latch = (which: 'tripped' | 'drill') => ({
    get tripped(): boolean {
      const then = turn.decision().latch
      return then.flag === flag && then[which]
    },
  })
  const seen = { isIn: () => turn.decision().request.seen, setCookie: () => '' }
  const isSticky = route.sticky === 'seen-v2' && flag !== undefined
  return {
    config: route,
    entrance: createEntrance(rules),
    identify: createIdentifier({
      route,
      verifier: null,
      prove: () => provenBy(proofOf()),
      isRevoked: () => isRevoked(proofOf()),
    }),
    limits: rules.rateLimit.length === 0 ? null : limitsBy(turn.limiter, route, () => {}),
    assign: createAssigner({
      route,
      flags,
      seen: isSticky ? seen : null,
      newId: turn.newId,
      latch: latch('tripped'),
      drill: latch('drill'),
    }),
    lacks: createLack(route, dir),
  }
}

/** A revoked caller had proved everything, and was refused behind that. */
function provenBy(proof: Proof): Proven {
  if (proof.kind === 'proven') return { ok: true, claims: proof.claims }
  if (isRevoked(proof)) return { ok: true, claims: {} }
  const reason = proof.kind === 'refused' ? proof.why : 'token-missing'
  return { ok: false, reason: reason as TokenFault }
}

function isRevoked(proof: Proof): boolean {
  return proof.kind === 'refused' && proof.why === 'revoked'
}

function createLack(route: LinkedRoute, dir: string): ReplayedRoute['lacks'] {
  const rule = proofRule(route.rules.auth, dir)
  const { headers, claims } = factsRead(route)

  return ({ proof, request, latch }) => {
    if (rule !== null) {
      if (proof.kind === 'unasked') return 'proof-not-kept'
      if (proof.rule !== rule) return 'proof-rule-changed'
      const known = proof.kind === 'proven' ? proof.claims : null
      if (known !== null && [...claims.keys()].some(name => !Object.hasOwn(known, name))) {
        return 'claim-not-kept'
      }
    }
    for (const [name, use] of headers) {
      if (Object.hasOwn(request.headers, name)) continue
      if (use === 'value' || !Object.hasOwn(request.digests, name)) return 'header-not-kept'
    }
    return route.sticky === 'seen-v2' && latch.flag !== null && latch.flag !== route.flag
      ? 'mark-not-kept'
      : null
  }
}
