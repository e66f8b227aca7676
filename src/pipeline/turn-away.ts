import type { ClientResponse } from '../ingress/client-messages.ts'
import { endConnection, refuse } from '../ingress/refuse.ts'
import { clientHeaders } from '../upstream/response-headers.ts'
import { dressOf } from './live-route.ts'
import type { Away, Tell } from './tell.ts'

/** `headers`: what the doors before it add to the answer, and what belongs to this refusal; flat pairs. */
export type TurnAway = (away: Away, response: ClientResponse, headers: readonly string[]) => void

/** Answers HTTP requests that no upstream is asked for, and tells of them. */
export function createTurnAway(tell: Tell): TurnAway {
  return (away, response, headers) => {
    const { request, route, refusal } = away
    if (request.bodyLength !== 0) endConnection(response)
    refuse(response, refusal, request.id, clientHeaders([], headers, dressOf(route, request)))
    tell.away(away)
  }
}
