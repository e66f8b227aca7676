import type { Clock } from '../clock.ts'
import type { Assignment } from '../cohort/assignment.ts'
import { readCookie } from '../cohort/cookie.ts'
import { isSessionId, sessionCookie } from '../cohort/sticky-key.ts'
import { isSecretHeader } from '../config/secret-header.ts'
import type { Snapshot } from '../config/snapshot.ts'
import type { DecisionResult, WorkerDecisions } from '../decisions/decision.ts'
import { factsKept } from '../decisions/kept-facts.ts'
import { decisionOf, type Note, type NotedConfig } from '../decisions/note.ts'
import { createRing } from '../decisions/ring.ts'
import type { Refusal } from '../errors.ts'
import type { Caller } from '../identity/caller.ts'
import type { IdentityFault } from '../identity/identify.ts'
import type { GatewayRequest } from '../ingress/request.ts'
import type { Metrics } from '../telemetry/metrics.ts'
import { createKeptClaims, createKeptHeaders } from './kept-parts.ts'
import type { LiveRoute } from './live-route.ts'
import { proofRule } from './proof-rule.ts'
import type { Away } from './tell.ts'

export interface RecordingDeps {
  readonly clock: Clock
  /** Process id. */
  readonly pid: number
  readonly metrics: Pick<Metrics, 'watchDecisions'>
  /** In force. */
  readonly snapshot: () => Snapshot
}

/** Characters that the texts of one decision may have; what has more is left out. */
const maxText = 4096

/** Milliseconds by which the wall clock may be another one before the record follows it. */
const mostDriftMs = 1000

/** Numbers count microseconds from here, so that they have fewer digits than a double holds exactly. */
const firstMoment = Date.UTC(2020)

/** Refusals of a caller for what was proved, or was not. */
const ofIdentity: ReadonlySet<Refusal> = new Set<Refusal>([
  'unauthenticated',
  'certificate-required',
  'forbidden',
  'ambiguous-header',
  'identity-unavailable',
])

/** Refusals that no rule decides: the process leaves, or had a mistake of its own. */
const ofProcess: ReadonlySet<Refusal> = new Set<Refusal>([
  'draining',
  'connection-outdated',
  'internal-error',
])

/**
 * What this worker remembers of its last decisions, so that they can be made again under another
 * configuration: one flat object for each request, and only what a rule could decide by.
 */
export function createRecording({ clock, pid, metrics, snapshot }: RecordingDeps) {
  const ring = createRing<Note>()
  /** When the monotonic clock was at zero. */
  let zeroAt = clock.now() - clock.monotonic()
  const rules = new WeakMap<LiveRoute, string | null>()
  let known: Snapshot | null = null
  let config: NotedConfig = { version: '', headers: new Map(), claims: new Map() }
  let keptHeaders = createKeptHeaders(config)
  let keptClaims = createKeptClaims(config)
  let off = true
  /** Decisions that this worker may keep in a second, and those that are left of this one. */
  let perSecond = 0
  let left = 0
  let skipped = 0
  let leftOut = 0
  let last = 0

  /** Takes over a configuration that came into force. */
  function renew(): void {
    const current = snapshot()
    if (current === known) return
    known = current
    const { decisions, workers } = current.process
    const room = Math.ceil(decisions.keep / workers)
    ring.resize(room)
    off = room === 0
    perSecond = Math.ceil(decisions.perSecond / workers)
    left = perSecond
    config = { version: current.version, ...factsKept(current.routes, isSecretHeader) }
    keptHeaders = createKeptHeaders(config)
    keptClaims = createKeptClaims(config)
  }

  function numberOf(at: number): number {
    last = Math.max(last + 1, Math.round((at - firstMoment) * 1000))
    return last
  }

  function ruleOf(route: LiveRoute): string | null {
    let rule = rules.get(route)
    if (rule === undefined) {
      rule = proofRule(route.config.rules.auth, snapshot().dir)
      rules.set(route, rule)
    }
    return rule
  }

  function note(
    request: GatewayRequest,
    route: LiveRoute | null,
    proven: Pick<Note, 'fault'> & Pick<Caller, 'claims'>,
    cookies: readonly string[],
    result: DecisionResult,
  ): void {
    renew()
    if (off) return
    if (left === 0) {
      skipped++
      return
    }
    left--
    const { method, scheme, host, path, address, upgrade, bodyLength } = request
    const headers = keptHeaders(request.headers)
    const claims = proven.claims === null ? null : keptClaims(proven.claims)
    const length = path.length + host.length + lengthOf(headers) + (claims?.length ?? 0)
    if (length > maxText) {
      leftOut++
      return
    }
    const at = zeroAt + clock.monotonic()
    ring.push({
      number: numberOf(at),
      at,
      skipped,
      config,
      method,
      scheme,
      host: own(host),
      path: own(path),
      address: own(address),
      upgrade,
      hasBody: bodyLength !== 0,
      headers,
      session: sessionOf(request, cookies),
      seen: route?.seen?.isIn(request.headers) ?? false,
      rule: route === null ? null : ruleOf(route),
      claims: claims === null ? null : claims.claims,
      fault: proven.fault,
      flag: route?.config.flag ?? null,
      tripped: route?.latch?.tripped ?? false,
      drill: route?.drill?.tripped ?? false,
      result,
    })
    skipped = 0
  }

  renew()
  const stopSeconds = clock.every(1000, () => {
    left = perSecond
  })
  metrics.watchDecisions(() => ({ kept: ring.size, leftOut }))

  return {
    assigned(
      route: LiveRoute,
      request: GatewayRequest,
      { claims }: Caller,
      { variant, reason, setCookies }: Assignment,
    ): void {
      const result = { kind: 'assigned', route: route.config.name, variant, reason } as const
      note(request, route, { claims, fault: null }, setCookies, result)
    },
    away(away: Away): void {
      const { request, route, refusal, detail = null, limit = null, claims = null } = away
      if (ofProcess.has(refusal)) return
      const isUnproven = claims === null && ofIdentity.has(refusal)
      const fault = isUnproven ? (detail as IdentityFault | null) : null
      const name = route === null ? null : route.config.name
      const result = { kind: 'refused', route: name, refusal, detail, limit } as const
      note(request, route, { claims, fault }, none, result)
    },
    preflight(request: GatewayRequest, route: LiveRoute): void {
      const result = { kind: 'preflight', route: route.config.name } as const
      note(request, route, { claims: null, fault: null }, none, result)
    },
    /** Up to `limit` decisions of a number above `after`. */
    page(after: number, limit: number): WorkerDecisions {
      renew()
      const found = ring.all().filter(({ number }) => number > after)
      const until = numberOf(zeroAt + clock.monotonic())
      const away = clock.now() - clock.monotonic() - zeroAt
      if (Math.abs(away) > mostDriftMs) zeroAt += away
      const decisions = found.slice(0, limit).map(each => decisionOf(each, pid))
      return { kept: ring.size, leftOut, until, decisions }
    },
    close: stopSeconds,
  }
}

export type Recording = ReturnType<typeof createRecording>

const none: readonly string[] = []

function lengthOf(texts: readonly string[]): number {
  let length = 0
  for (const text of texts) length += text.length
  return length
}

/** The id that came, or the one that was made for this answer. */
function sessionOf({ headers }: GatewayRequest, setCookies: readonly string[]): string | null {
  const came = readCookie(headers, sessionCookie, isSessionId)
  if (came !== undefined) return own(came)
  const made = setCookies.find(each => each.startsWith(`${sessionCookie}=`))
  return made === undefined ? null : (made.slice(sessionCookie.length + 1).split(';', 1)[0] ?? null)
}

/**
 * A text of its own. A part of another one holds on to the whole: with a path to its query, with a session
 * id to all cookies, which are kilobytes, and which nobody said would be kept.
 */
function own(text: string): string {
  return Buffer.from(text).toString()
}
