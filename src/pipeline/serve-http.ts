import type { Socket } from 'node:net'
import type { Clock } from '../clock.ts'
import type { Caller } from '../identity/caller.ts'
import type { ClientRequest, ClientResponse } from '../ingress/client-messages.ts'
import { endConnection, refuse } from '../ingress/refuse.ts'
import type { GatewayRequest } from '../ingress/request.ts'
import type { MirroredRequest } from '../shadow/mirrored-request.ts'
import { forward } from '../upstream/forward.ts'
import type { Forward, ForwardDeps } from '../upstream/forward-plan.ts'
import { lastOf } from '../upstream/outcome.ts'
import type { Stalls } from '../upstream/stalls.ts'
import type { TimeLimits } from '../upstream/time-limits.ts'
import { type Passage, passDoors } from './doors.ts'
import { answerHeaders, dressOf, type LiveRoute } from './live-route.ts'
import { allowHeader, matchPreflight, matchRoute } from './match-route.ts'
import { type Overload, retryAfter } from './overload.ts'
import type { Protection } from './protection.ts'
import type { Revoking } from './revoking.ts'
import { createServePreflight } from './serve-preflight.ts'
import type { Serving } from './serving.ts'
import { tapFor } from './taps.ts'
import type { Tell } from './tell.ts'
import type { Tracing } from './tracing.ts'
import { createTurnAway } from './turn-away.ts'

export interface ServeHttpDeps {
  readonly serving: () => Serving
  readonly clock: Clock
  readonly stalls: Stalls
  /** See `AwakeClock`. */
  readonly awake: Clock
  readonly limits: TimeLimits
  readonly bodyTimeoutMs: number
  readonly minBodyBytesPerSecond: number
  readonly sendTimeoutMs: number
  readonly tell: Tell
  readonly saw: Protection['saw']
  readonly revoking: Pick<Revoking, 'streamsOf'>
  readonly enter: Overload['enter']
  readonly draining: () => boolean
  /** Whether a connection is better made anew. */
  readonly isOutdated: (socket: Socket) => boolean
  readonly newId: () => string
  readonly tracing: Pick<Tracing, 'attempts'>
  /** Hears of a mistake of our own; the process goes on. */
  readonly onError: (error: unknown, requestId: string) => void
}

/** A forward that remembers whose it is, for what is told of it. */
interface Routed extends Forward {
  readonly route: LiveRoute
  readonly caller: Caller
  /** What the doors have put on the answer, flat name/value pairs. */
  readonly doorHeaders: readonly string[]
  /** Null where it is not copied. */
  readonly mirrored: MirroredRequest | null
}

/** When a request came, by both clocks; see `Forward`. */
type Begun = Pick<Forward, 'startedAt' | 'awakeAt'>

/** The line of rooms for one HTTP request: admit, route, pass the doors, assign, forward. */
export function createServeHttp(deps: ServeHttpDeps) {
  const { clock, awake, tell } = deps
  const { attempts } = deps.tracing
  const turnAway = createTurnAway(tell)
  const servePreflight = createServePreflight(tell, turnAway)
  const forwardDeps: ForwardDeps = {
    clock,
    awake,
    stalls: deps.stalls,
    limits: deps.limits,
    bodyTimeoutMs: deps.bodyTimeoutMs,
    minBodyBytesPerSecond: deps.minBodyBytesPerSecond,
    sendTimeoutMs: deps.sendTimeoutMs,
    refuse,
    endConnection,
    headersFor(plan, fallback) {
      const { route, assignment, doorHeaders } = plan as Routed
      const own = answerHeaders(route, assignment, fallback)
      return doorHeaders.length === 0 ? own : own.concat(doorHeaders)
    },
    listsFor(plan, variant, isEventStream) {
      const { route, caller } = plan as Routed
      const ofFlag = variant === 'v2' && route.streams !== null ? [route.streams] : []
      // Any other answer ends by itself.
      if (!isEventStream || caller.claims === null) return ofFlag
      return [...ofFlag, deps.revoking.streamsOf(caller.claims)]
    },
    onOutcome(plan, outcome) {
      // A fault made on purpose is not V2's.
      if (plan.testFault !== null && outcome.variant === 'v2') return
      const { route, request, caller } = plan as Routed
      deps.saw(route, request, caller, outcome)
    },
    onDone(plan, ending) {
      const { request, route, caller, assignment, response, mirrored } = plan as Routed
      const status = lastOf(ending).clientAborted ? 0 : response.statusCode
      const rehearsed = plan.testFault !== null
      tell.ending({ request, route, caller, assignment, ending, status, rehearsed })
      if (route.seeUser !== null) {
        route.seeUser(request, caller, assignment, { status, headers: lastOf(ending).headers })
      }
      mirrored?.done()
    },
  }

  function proceed(
    asked: GatewayRequest,
    response: ClientResponse,
    route: LiveRoute,
    passage: Passage,
    { startedAt, awakeAt }: Begun,
  ): void {
    if (!passage.ok) {
      const { headers, refusal, detail, limit, claims } = passage
      turnAway({ request: asked, route, refusal, detail, limit, claims }, response, headers)
      return
    }
    const full = deps.enter(route, 'requests', response)
    if (full !== null) {
      const { claims } = passage.caller
      turnAway({ request: asked, route, refusal: full, claims }, response, [
        ...passage.headers,
        ...retryAfter,
      ])
      return
    }
    const { caller } = passage
    const request = route.passOn === null ? asked : route.passOn(asked, caller)
    const assignment = route.assign(request, caller)
    tell.assigned(route, asked, caller, assignment)
    // Testers are few: what is made for them on the way costs the others nothing.
    const testers = route.testers?.has(caller) ? route.testers : null
    const testFault = testers !== null && assignment.variant === 'v2' ? testers.nextFault() : null
    // What a fault made on purpose does is no difference between V1 and V2.
    const mirrored =
      route.mirror !== null && testFault === null
        ? route.mirror.mirror(request, assignment.variant)
        : null
    try {
      const plan: Routed = {
        route,
        caller,
        doorHeaders: passage.headers,
        mirrored,
        request,
        response,
        assignment,
        origins: route.origins,
        policy: route.config.rules,
        retries: route.retries,
        startedAt,
        awakeAt,
        latch: testers === null ? route.latch : testers.latch,
        dress: dressOf(route, request),
        trace: request.trace === null ? null : attempts.ofRequest(request, request.trace),
        testFault,
        requestTap: mirrored,
        tap: tapFor(route.guard, mirrored, request, caller),
      }
      forward(plan, forwardDeps)
    } catch (error) {
      // Its copies would wait for the end of a request that nothing more is heard of.
      mirrored?.done()
      throw error
    }
  }

  /** A mistake of our own: the client is told that much, the operator what it was. */
  function fail(response: ClientResponse, id: string, error: unknown): void {
    deps.onError(error, id)
    if (response.headersSent) response.destroy()
    else refuse(response, 'internal-error', id)
  }

  function serve(serving: Serving, raw: ClientRequest, response: ClientResponse): void {
    const begun = { startedAt: clock.monotonic(), awakeAt: awake.monotonic() }
    const admission = serving.admit(raw, null)
    if (!admission.ok) {
      const { refusal, id } = admission
      tell.inadmissible(raw.socket.remoteAddress, refusal, id)
      // Its framing is not trusted any more, so nothing else is read from this connection.
      endConnection(response)
      refuse(response, refusal, id)
      return
    }
    const { request } = admission
    const preflight = matchPreflight(serving, request)
    if (preflight !== null) {
      servePreflight(request, response, preflight)
      return
    }
    const matched = matchRoute(serving, request, request.method)
    if (!matched.ok) {
      const { refusal } = matched
      turnAway({ request, route: null, refusal }, response, allowHeader(matched))
      return
    }
    const { route } = matched
    const passage = passDoors(route, request)
    if (passage instanceof Promise) {
      passage
        .then(later => proceed(request, response, route, later, begun))
        .catch(error => fail(response, request.id, error))
    } else {
      proceed(request, response, route, passage, begun)
    }
  }

  return function serveHttp(raw: ClientRequest, response: ClientResponse): void {
    const serving = deps.serving()
    serving.inFlight.begin()
    // Once the answer has left or the client has, whoever answered.
    response.on('close', serving.inFlight.end)
    if (deps.draining() || deps.isOutdated(raw.socket)) endConnection(response)
    try {
      serve(serving, raw, response)
    } catch (error) {
      fail(response, deps.newId(), error)
    }
  }
}
