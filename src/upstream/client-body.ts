import type { Exchange } from './client.ts'
import { keepBytes } from './fall-back.ts'
import type { Forward, ForwardDeps } from './forward-plan.ts'
import { RequestBody, type RequestBodyOptions } from './request-body.ts'

/** Starts the client's body on its way to the upstream, under the rules of its policy. */
export function sendClientBody(
  plan: Forward,
  deps: ForwardDeps,
  exchange: Exchange,
  heard: Pick<RequestBodyOptions, 'onWhole' | 'onRefused'>,
): RequestBody {
  const { request, response, policy } = plan
  const body = new RequestBody({
    raw: request.raw,
    exchange,
    maxBytes: policy.maxBodyBytes,
    timeoutMs: deps.bodyTimeoutMs,
    minBytes: (deps.minBodyBytesPerSecond * deps.bodyTimeoutMs) / 1000,
    keepBytes: keepBytes(plan),
    stalls: deps.stalls,
    tap: plan.requestTap,
    onWhole: heard.onWhole,
    onRefused: heard.onRefused,
  })
  if (request.expectsContinue && !response.headersSent) response.writeContinue()
  return body
}
