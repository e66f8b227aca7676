import type { Clock } from '../clock.ts'
import { type Assigner, createAssigner } from '../cohort/assign.ts'
import type { Assignment, Variant } from '../cohort/assignment.ts'
import type { FlagSource } from '../cohort/flag-source.ts'
import { createSeenCookie, type SeenCookie } from '../cohort/seen-cookie.ts'
import type { KeysPlace } from '../config/auth-rule.ts'
import type { LinkedRoute } from '../config/snapshot.ts'
import { upstreamRules } from '../config/upstream-rules.ts'
import type { LinkedUpstream } from '../config/upstream-tls.ts'
import type { Dress } from '../entrance/dress.ts'
import { createEntrance, type Entrance } from '../entrance/entrance.ts'
import { drillOf } from '../guard/latch-state.ts'
import type { LatchCell, Latches } from '../guard/latches.ts'
import type { RouteGuard } from '../guard/route-guard.ts'
import type { RouteTally } from '../history/route-tally.ts'
import { createCertificateCheck } from '../identity/certified.ts'
import { createIdentifier, type Identify } from '../identity/identify.ts'
import type { KeySet } from '../identity/key-set.ts'
import { createPassOn, type PassOn } from '../identity/pass-on.ts'
import type { Revocations } from '../identity/revocations.ts'
import { createJwtVerifier, type JwtVerifier } from '../identity/verifier.ts'
import type { GatewayRequest } from '../ingress/request.ts'
import type { PlaceKind, Places } from '../limits/places.ts'
import type { RouteLimits } from '../limits/route-limits.ts'
import type { RouteMirror } from '../shadow/route-mirror.ts'
import type { Metrics } from '../telemetry/metrics.ts'
import type { RouteMetrics } from '../telemetry/route-metrics.ts'
import { putCredential, withCredential } from '../upstream/credential.ts'
import type { OriginSet } from '../upstream/origin.ts'
import type { OriginRules } from '../upstream/origins.ts'
import type { FallbackReason } from '../upstream/outcome.ts'
import { createRetryBudget, type RetryBudget } from '../upstream/retry-budget.ts'
import { type MapClient, mapHandshake } from './mappings.ts'
import type { Streams, StreamsOfFlag } from './streams.ts'
import { createTesters, type Testers } from './testers.ts'
import type { SeeUser } from './user-watch.ts'

/** A route of one snapshot with everything that its requests need, made ready once. */
export interface LiveRoute {
  readonly config: LinkedRoute
  /** Null where the policy asks for nothing. */
  readonly entrance: Entrance | null
  readonly identify: Identify
  /** What upstreams are told of the caller; null where the request goes on as it is. */
  readonly passOn: PassOn | null
  /** Null for what the policy does not limit. */
  readonly places: Readonly<Record<PlaceKind, Places | null>>
  /** Null where the policy has none. */
  readonly limits: RouteLimits | null
  readonly assign: Assigner
  /** Its mark of callers who have had V2; null unless it is `sticky: seen-v2`. */
  readonly seen: SeenCookie | null
  /** Of its flag; null on a route without V2. */
  readonly latch: LatchCell | null
  /** Judges its V2; null where no budget asks for it. */
  readonly guard: RouteGuard | null
  /** Sees what its users do; null where no experiment asks. */
  readonly seeUser: SeeUser | null
  /** Copies its requests; null where nothing is copied. */
  readonly mirror: RouteMirror | null
  /** What a rehearsal trips in its place, for testers alone. */
  readonly drill: LatchCell | null
  /** Null where the policy names none. */
  readonly testers: Testers | null
  /** The long answers of its V2; null on a route without one. */
  readonly streams: StreamsOfFlag | null
  readonly origins: Readonly<Record<Variant, OriginSet>>
  /** What becomes of a WebSocket handshake on its way to them. */
  readonly mapHandshake: Readonly<Record<Variant, ReturnType<typeof mapHandshake>>>
  readonly retries: Readonly<Record<Variant, RetryBudget>>
  readonly metrics: RouteMetrics
  /** What its variants do over time. */
  readonly history: RouteTally
}

export interface LiveRouteDeps {
  readonly flags: FlagSource
  readonly cookieSecret: string | undefined
  readonly newSessionId: () => string
  readonly clock: Clock
  readonly keySetAt: (place: KeysPlace) => KeySet
  readonly isRevoked: Revocations['isRevoked']
  readonly metrics: Metrics
  readonly historyOf: (route: string) => RouteTally
  readonly latches: Latches
  readonly streams: Streams
  readonly guardOf: (route: LinkedRoute) => RouteGuard | null
  readonly experimentsOf: (route: LinkedRoute) => SeeUser | null
  readonly mapLive: MapClient
  readonly limitsOf: (route: LinkedRoute) => RouteLimits | null
  readonly mirrorOf: (route: LinkedRoute, latch: LatchCell | null) => RouteMirror | null
  readonly placesOf: (route: string, kind: PlaceKind, limit: number) => Places | null
  readonly originsOf: (upstream: LinkedUpstream, rules: OriginRules) => OriginSet
}

/** Opens the room doors of one route, in the order in which a request goes through them. */
export function createLiveRoute(route: LinkedRoute, deps: LiveRouteDeps): LiveRoute {
  const { flag } = route
  const latch = flag === undefined ? null : deps.latches.cellOf(flag)
  const drill = flag === undefined ? null : deps.latches.cellOf(drillOf(flag))
  const seen = createSeenCookie(route, deps.cookieSecret, () => latch?.state.version ?? 0)
  const { breaker } = route.rules
  const originsOf = (upstream: LinkedUpstream, variant: Variant) =>
    deps.originsOf(upstream, {
      ...upstreamRules(upstream),
      breaker,
      isLastResort: variant === 'v1',
      mapped(client) {
        const of = { route: route.name, variant, limits: null }
        return deps.mapLive(withCredential(client, putCredential(upstream)), upstream.mapping, of)
      },
    })
  return {
    config: route,
    entrance: createEntrance(route.rules),
    identify: createIdentifier({
      route,
      verifier: createVerifier(route, deps),
      certificate: certificateCheck(route, deps),
      isRevoked: deps.isRevoked,
    }),
    passOn: createPassOn(route.rules.auth),
    places: {
      requests: deps.placesOf(route.name, 'requests', route.rules.maxInFlight),
      websockets: deps.placesOf(route.name, 'websockets', route.rules.maxWebSockets),
    },
    limits: deps.limitsOf(route),
    assign: createAssigner({
      route,
      flags: deps.flags,
      seen,
      newId: deps.newSessionId,
      ...(latch === null || drill === null ? {} : { latch, drill }),
    }),
    seen,
    latch,
    drill,
    testers: createTesters(route, latch, drill),
    streams: flag === undefined ? null : deps.streams.of(flag),
    guard: deps.guardOf(route),
    seeUser: deps.experimentsOf(route),
    mirror: deps.mirrorOf(route, latch),
    origins: {
      v1: originsOf(route.v1, 'v1'),
      // A route without V2 is never assigned to it; the place holds V1, not a hole.
      v2: originsOf(route.v2 ?? route.v1, 'v2'),
    },
    mapHandshake: {
      v1: mapHandshake(route.v1),
      v2: mapHandshake(route.v2 ?? route.v1),
    },
    retries: {
      v1: createRetryBudget(route.rules.retry.budgetPercent),
      v2: createRetryBudget(route.rules.retry.budgetPercent),
    },
    metrics: deps.metrics.forRoute(route.name),
    history: deps.historyOf(route.name),
  }
}

function createVerifier(
  { rules }: LinkedRoute,
  { clock, keySetAt }: LiveRouteDeps,
): JwtVerifier | null {
  const { auth } = rules
  if (auth === 'public' || auth.issuers.length === 0) return null
  const keySets = auth.issuers.map(({ keys }) => keySetAt(keys))
  return createJwtVerifier({ rule: auth, keySets, clock })
}

function certificateCheck({ rules: { auth } }: LinkedRoute, { clock }: LiveRouteDeps) {
  if (auth === 'public' || auth.certificate === null) return null
  return createCertificateCheck(auth.certificate, auth.access, clock)
}

/**
 * Headers that the gateway adds to an answer because of its decision, flat name/value pairs;
 * `fallback` where V1 answers in the place of V2.
 */
export function answerHeaders(
  route: LiveRoute,
  assignment: Assignment,
  fallback: FallbackReason | null,
): string[] {
  const headers: string[] = []
  for (const cookie of assignment.setCookies) headers.push('set-cookie', cookie)
  if (route.config.decisionHeader) {
    const { variant, reason } = assignment
    const decision =
      fallback === null
        ? `${variant}; reason=${reason}`
        : `v1; reason=${reason}; fallback=${fallback}`
    headers.push('x-switchback-decision', decision)
  }
  return headers
}

/** What the policy makes of the headers of an answer; null where nothing is to be done, or before routing. */
export function dressOf(route: LiveRoute | null, { scheme }: GatewayRequest): Dress | null {
  return route === null || route.entrance === null ? null : route.entrance.dress[scheme]
}
