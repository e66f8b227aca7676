import type { TestContext } from 'node:test'
import type { Clock } from '../../src/clock.ts'
import { oneRoute, startGateway } from '../support/gateway.ts'
import { type RawAnswer, type RawUpstream, sendRaw, startRawUpstream } from '../support/raw.ts'
import { lines, plainRequest } from '../support/requests.ts'

export interface LimitedOptions {
  /** Items of `rateLimit`, in YAML. */
  readonly limits: string
  /** More of the policy, and other files. */
  readonly policy?: string
  readonly files?: Record<string, string>
  readonly clock?: Clock
  readonly upstream?: RawUpstream
}

/** A policy with these limits, and nothing beside that changes an answer. */
export function limitedTo(limits: string, more = ''): string {
  return `rateLimit: [${limits}]\n${more}`
}

/** A gateway whose one route has rate limits; the user is `x-user-id`, the tenant `x-tenant`. */
export async function startLimited(t: TestContext, options: LimitedOptions) {
  const { limits, policy, files = {}, clock } = options
  const upstream = options.upstream ?? (await startRawUpstream(t))
  const gateway = await startGateway(
    t,
    {
      ...oneRoute({
        v1: upstream.url,
        policy: limitedTo(limits, policy),
        route: 'properties: { tenant: { header: x-tenant } }\n',
      }),
      ...files,
    },
    clock,
  )
  return {
    gateway,
    upstream,
    ask: (headers: readonly string[] = [], method = 'GET', target = '/'): Promise<RawAnswer> =>
      sendRaw(gateway.port, plainRequest(target, lines(...headers), method)),
    /** Statuses of requests one after the other. */
    async statuses(count: number, headers: readonly string[] = [], method = 'GET') {
      const found: number[] = []
      for (let i = 0; i < count; i++) {
        const answer = await sendRaw(gateway.port, plainRequest('/', lines(...headers), method))
        found.push(answer.status)
      }
      return found
    },
  }
}
