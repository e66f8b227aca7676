import type { ClientResponse } from '../ingress/client-messages.ts'
import { endConnection } from '../ingress/refuse.ts'
import type { GatewayRequest } from '../ingress/request.ts'
import { clientHeaders } from '../upstream/response-headers.ts'
import { dressOf } from './live-route.ts'
import type { Preflight } from './match-route.ts'
import type { Tell } from './tell.ts'
import type { TurnAway } from './turn-away.ts'

/**
 * Answers CORS preflights: a browser sends them without credentials, so they pass no further door and
 * no upstream has to know them.
 */
export function createServePreflight(tell: Tell, turnAway: TurnAway) {
  return function servePreflight(
    request: GatewayRequest,
    response: ClientResponse,
    { route, answer }: Preflight,
  ): void {
    const entered = answer(request)
    if (!entered.ok) {
      const { refusal, detail, headers } = entered
      turnAway({ request, route, refusal, detail }, response, headers)
      return
    }
    if (request.bodyLength !== 0) endConnection(response)
    const own = ['x-request-id', request.id, ...entered.headers]
    // The announced method chose the route.
    const vary = ['vary', 'Access-Control-Request-Method']
    response.writeHead(204, clientHeaders(vary, own, dressOf(route, request))).end()
    tell.preflight(request, route, 204)
  }
}
