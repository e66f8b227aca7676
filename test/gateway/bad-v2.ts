import type { IncomingMessage, ServerResponse } from 'node:http'
import type { TestContext } from 'node:test'
import { configDir, oneRoute, startGateway, testProcess } from '../support/gateway.ts'
import { createClient, startUpstream } from '../support/http.ts'

export interface BadV2Options {
  readonly policy?: string
  /** More of the route. */
  readonly route?: string
  /** More of `switchback.yaml`. */
  readonly process?: string
  /** Answers for V2; by default 200, and 500 once told to fail. */
  readonly v2?: (request: IncomingMessage, response: ServerResponse) => void
}

/** What a careful policy says of a V2 that fails. */
export const careful = `
fallback: {}
budgets: [{ signal: errors, max: 1% }]
`

/** A gateway that gives V2 to everybody, a V2 that fails when told to, and a second life for the gateway. */
export async function startWithBadV2(t: TestContext, options: BadV2Options = {}) {
  const { policy = careful, route = '', process = '' } = options
  let failing = false
  let asked = 0
  const v1 = await startUpstream(t, 'v1')
  const v2 = await startUpstream(t, 'v2', (request, response) => {
    asked++
    request.resume()
    if (options.v2 !== undefined && !failing) options.v2(request, response)
    else response.writeHead(failing ? 500 : 200).end('v2')
  })
  const storeDir = await configDir(t, {})
  const files = {
    ...oneRoute({ v1: v1.url, v2: v2.url, percent: 100, policy, route }),
    'switchback.yaml': `${testProcess}store: { dir: ${storeDir} }\n${process}`,
  }
  const client = createClient(t)

  async function start() {
    const gateway = await startGateway(t, files)
    return {
      ...gateway,
      get: async (headers: Record<string, string> = {}) =>
        (await client(`${gateway.url}/`, headers)).body,
      /** Asks the operators' listener to change the latch. */
      async operate(what: string): Promise<Response> {
        return fetch(`${gateway.adminUrl}/latches/v2/${what}`, {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify({ who: 'test', note: 'by a test' }),
        })
      },
      tripped: () => gateway.metric('switchback_latch_tripped{flag="v2"}'),
    }
  }

  return {
    start,
    fail(isFailing = true): void {
      failing = isFailing
    },
    /** Requests that V2 got. */
    asked: () => asked,
  }
}
