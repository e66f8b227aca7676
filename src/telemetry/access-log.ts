import type { Assignment, Variant } from '../cohort/assignment.ts'
import { type Refusal, refusals } from '../errors.ts'
import type { GatewayRequest } from '../ingress/request.ts'
import type { Ending, Outcome } from '../upstream/outcome.ts'
import type { Logger } from './log.ts'

/** One client request, told once at its end. */
export interface AccessRecord {
  readonly request: GatewayRequest
  /** Route name, or null when none matched. */
  readonly route: string | null
  readonly assignment: Assignment | null
  /** Null for a request that was turned away. */
  readonly ending: Ending | null
  /** Of a request that was turned away; another's is in its ending. */
  readonly refusal?: Refusal
  /** What exactly was wrong with the request or its caller's credentials, or which rate limit refused. */
  readonly detail?: string | undefined
  /** What the gateway answered by itself without refusing anything. */
  readonly answered?: 'preflight'
  /** Status that the client got; 0 when it got none. */
  readonly status: number
}

/** How a WebSocket ended. */
export interface WebSocketRecord {
  readonly route: string
  readonly variant: Variant
  /** RFC 6455 section 7.4; 1005 for a Close without a code, 1006 for none. */
  readonly code: number
  /** Who closed it. */
  readonly by: string
  readonly bytesUp: number
  readonly bytesDown: number
}

/**
 * Writes the access log. The query, the headers and the bodies stay out of it: that is where
 * secrets and personal data travel.
 */
export function createAccessLog(log: Logger) {
  return {
    /** A request that was refused before it had a path that could be trusted. */
    refused(client: string | undefined, refusal: Refusal, requestId: string): void {
      log.info({ requestId, client, refusal, status: refusals[refusal].status }, 'refused')
    },
    /** The end of a WebSocket; its handshake was told by `served` with status 101. */
    closed({ id, trace }: GatewayRequest, end: WebSocketRecord): void {
      log.info({ requestId: id, traceId: trace?.traceId, ...end }, 'websocket closed')
    },
    served(record: AccessRecord): void {
      const { request, assignment, ending, status } = record
      const [first = null, second = null] = ending?.outcomes ?? []
      const outcome = second ?? first
      const v2 = second === null ? null : first
      // A server's failure is not lost among the successes at `log.level: warn`, nor is one that V1 made good.
      const level = status >= 500 || hasFailed(outcome) || hasFailed(v2) ? 'warn' : 'info'
      log[level](
        {
          requestId: request.id,
          traceId: request.trace?.traceId,
          protocol: request.raw.httpVersion,
          method: request.method,
          host: request.host,
          path: request.path,
          client: request.address,
          route: record.route,
          variant: assignment?.variant,
          reason: assignment?.reason,
          fallback: ending?.fallback ?? undefined,
          status,
          refusal: record.refusal ?? ending?.refusal ?? undefined,
          detail: record.detail,
          answered: record.answered,
          clientAborted: outcome?.clientAborted || undefined,
          ...(outcome === null ? {} : told(outcome)),
          totalMs: ending === null ? undefined : round(ending.totalMs),
          v2: v2 === null ? undefined : { ...told(v2), totalMs: round(v2.totalMs) },
        },
        'request',
      )
    },
  }
}

/** What a variant did, in the words of the log. */
function told(outcome: Outcome) {
  return {
    origin: outcome.origin ?? undefined,
    upstreamStatus: outcome.status,
    fault: outcome.fault ?? undefined,
    unavailable: outcome.unavailable ?? undefined,
    attempts: outcome.attempts,
    headMs: round(outcome.headMs),
  }
}

function hasFailed(outcome: Outcome | null): boolean {
  return outcome !== null && (outcome.fault !== null || outcome.status >= 500)
}

export type AccessLog = ReturnType<typeof createAccessLog>

function round(milliseconds: number): number {
  return Math.round(milliseconds * 100) / 100
}
