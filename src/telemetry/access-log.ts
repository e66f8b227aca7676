import type { Assignment, Variant } from '../cohort/assignment.ts'
import { type Refusal, refusals } from '../errors.ts'
import type { GatewayRequest } from '../ingress/request.ts'
import type { Outcome } from '../upstream/outcome.ts'
import type { Logger } from './log.ts'

/** One client request, told once at its end. */
export interface AccessRecord {
  readonly request: GatewayRequest
  /** Route name, or null when none matched. */
  readonly route: string | null
  readonly assignment: Assignment | null
  readonly outcome: Outcome | null
  readonly refusal: Refusal | null
  /** What exactly was wrong with the caller's credentials; the client is not told. */
  readonly detail?: string | undefined
  /** Status that the client got; 0 when it got none. */
  readonly status: number
}

/** How a WebSocket ended. */
export interface WebSocketRecord {
  readonly requestId: string
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
    closed(end: WebSocketRecord): void {
      log.info(end, 'websocket closed')
    },
    served(record: AccessRecord): void {
      const { request, assignment, outcome } = record
      // A server's failure is not lost among the successes at `log.level: warn`.
      const level = record.status >= 500 || outcome?.fault ? 'warn' : 'info'
      log[level](
        {
          requestId: request.id,
          method: request.method,
          host: request.host,
          path: request.path,
          client: request.address,
          route: record.route,
          variant: assignment?.variant,
          reason: assignment?.reason,
          status: record.status,
          refusal: record.refusal ?? undefined,
          detail: record.detail,
          origin: outcome?.origin,
          upstreamStatus: outcome?.status,
          fault: outcome?.fault ?? undefined,
          clientAborted: outcome?.clientAborted || undefined,
          attempts: outcome?.attempts,
          headMs: outcome === null ? undefined : round(outcome.headMs),
          totalMs: outcome === null ? undefined : round(outcome.totalMs),
        },
        'request',
      )
    },
  }
}

export type AccessLog = ReturnType<typeof createAccessLog>

function round(milliseconds: number): number {
  return Math.round(milliseconds * 100) / 100
}
