import type { Clock } from '../clock.ts'
import type { WriteAudit } from '../fleet/stores/audit-note.ts'
import type { FleetNotices, Shared } from '../fleet/stores/fleet-notices.ts'
import type { AuditEntry } from '../fleet/stores/store.ts'
import type { DifferenceAnswer, DifferenceRequest, ForgetRequest } from '../shadow/finding.ts'
import { decideDifference, refusalInWords } from '../shadow/findings/decide-difference.ts'
import { type Decision, everything } from '../shadow/findings/decision.ts'
import type { HeldRoute } from '../shadow/findings/held-route.ts'
import { isElsewhere, placeOf } from '../shadow/findings/place.ts'

/** A year: what was decided outlasts every rollout, and is forgotten some day. */
const keepMs = 365 * 86_400_000

export interface DecisionsDeps {
  readonly clock: Clock
  readonly notices: FleetNotices
  readonly audit: WriteAudit
  /** Null for a route that is not shadowed. */
  readonly routeOf: (route: string) => HeldRoute | null
  readonly onDecided: (route: string) => void
}

export function subjectOfDecisions(route: string): string {
  return `shadow-decisions/${route}`
}

/** What people decide about differences: in force here at once, told to all machines, and in the audit. */
export function createDecisions({ clock, notices, audit, routeOf, onDecided }: DecisionsDeps) {
  const put = (route: string, place: string, decision: Decision): Promise<Shared> =>
    notices.put(subjectOfDecisions(route), place, JSON.stringify(decision), keepMs)

  async function decide(
    held: HeldRoute,
    { route, who, why }: ForgetRequest,
    place: string,
    { to, text }: { readonly to: Decision['to']; readonly text: string },
  ): Promise<DifferenceAnswer> {
    const now = clock.now()
    const before = held.decisions().get(place)?.at ?? 0
    const decision: Decision = { version: 1, to, who, why, at: Math.max(now, before + 1) }
    held.decide(place, decision, now)
    onDecided(route)
    const evidence = to === 'forgotten' ? null : { place }
    audit({ event: eventOf[to], who, subject: route, why: `${text}: ${why}`, evidence })
    const shared = await put(route, place, decision)
    const alone = shared === 'down' ? '. The shared store is down: so far on this machine only' : ''
    return { done: true, shared, text: `${text}${alone}` }
  }

  return {
    put,
    async acknowledge(request: DifferenceRequest): Promise<DifferenceAnswer> {
      const { route, to, why } = request
      const held = routeOf(route)
      const place = placeOf(request)
      const answer = decideDifference({
        to,
        why,
        isShadowed: held !== null,
        isOnePlace: !isElsewhere(request),
        wasSeen: held?.hasSeen(place, clock.now()) ?? false,
        before: held?.decisions().get(place) ?? null,
      })
      if (held === null || answer !== 'done') {
        const refusal = answer === 'done' ? 'unknown-route' : answer
        return { done: false, refusal, text: refusalInWords(refusal, request) }
      }
      const text = `${place} of ${route} ${to === 'counted' ? 'counts again' : 'is acknowledged'}`
      return decide(held, request, place, { to, text })
    },
    async forget(request: ForgetRequest): Promise<DifferenceAnswer> {
      const held = routeOf(request.route)
      if (held === null) {
        const refusal = 'unknown-route'
        return { done: false, refusal, text: refusalInWords(refusal, request) }
      }
      const text = `what was seen of ${request.route} is forgotten`
      return decide(held, request, everything, { to: 'forgotten', text })
    },
  }
}

const eventOf: Readonly<Record<Decision['to'], AuditEntry['event']>> = {
  acknowledged: 'difference-acknowledged',
  counted: 'difference-counted-again',
  forgotten: 'differences-forgotten',
}
