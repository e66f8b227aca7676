import assert from 'node:assert/strict'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { TestContext } from 'node:test'
import type { GatewayStatus } from '../../src/fleet/gateway-status.ts'
import type { CopyCounts, ShadowStatus } from '../../src/shadow/account.ts'
import { oneRoute, startGateway, testProcess } from '../support/gateway.ts'
import { startUpstream } from '../support/http.ts'

/** A request as a variant got it, whole. */
export interface Seen {
  readonly method: string
  readonly url: string
  readonly headers: IncomingMessage['headers']
  readonly body: string
}

export type Answerer = (request: IncomingMessage, response: ServerResponse, seen: Seen) => void

export interface ShadowedOptions {
  /** `shadow` of the policy as flow YAML. */
  readonly shadow?: string
  /** More of the policy. */
  readonly policy?: string
  /** Share of V2 in live traffic, in percent. */
  readonly percent?: number
  readonly v1?: Answerer
  readonly v2?: Answerer
  /** In the place of those that are started. */
  readonly v1Url?: string
  readonly v2Url?: string
  /** `mapping` of V2 as flow YAML. */
  readonly mapping?: string
  /** `switchback.yaml`. */
  readonly process?: string
}

/** A variant that writes down what it gets. */
async function startVariant(t: TestContext, name: string, answer: Answerer | undefined) {
  const seen: Seen[] = []
  const upstream = await startUpstream(t, name, (request, response) => {
    const pieces: Buffer[] = []
    request.on('data', piece => pieces.push(piece))
    request.on('end', () => {
      const { method = '', url = '', headers } = request
      const one = { method, url, headers, body: Buffer.concat(pieces).toString() }
      seen.push(one)
      if (answer === undefined) response.end(`{"from":"same"}`)
      else answer(request, response, one)
    })
  })
  return { ...upstream, seen }
}

/** A gateway whose policy copies, by default everything that is safe and nothing twice, and both variants. */
export async function startShadowed(t: TestContext, options: ShadowedOptions = {}) {
  const { shadow = '{ noise: 0% }', policy = '', percent = 0, process = testProcess } = options
  const v1 = await startVariant(t, 'v1', options.v1)
  const v2 = await startVariant(t, 'v2', options.v2)
  const filesWith = (rule: string) => {
    const files = oneRoute({
      v1: options.v1Url ?? v1.url,
      v2: options.v2Url ?? v2.url,
      percent,
      policy: `shadow: ${rule}\n${policy}`,
    })
    if (options.mapping !== undefined) {
      const route = files['routes/main.yaml'] as string
      const mapped = route.replace(' }\nflag', () => `, mapping: ${options.mapping} }\nflag`)
      files['routes/main.yaml'] = mapped
    }
    return { ...files, 'switchback.yaml': process }
  }
  const gateway = await startGateway(t, filesWith(shadow))

  async function status(): Promise<ShadowStatus> {
    const answer = await fetch(`${gateway.adminUrl}/status`)
    const { workers } = (await answer.json()) as GatewayStatus
    return workers[0]?.routes[0]?.shadow ?? assert.fail('nothing is copied')
  }

  return {
    ...gateway,
    v1,
    v2,
    filesWith,
    status,
    /** What became of the copies, once none is under way any more: each in exactly one way. */
    async settled(): Promise<ShadowStatus> {
      for (;;) {
        const now = await status()
        if (over(now.shadow) < now.shadow.eligible || over(now.noise) < now.noise.eligible) continue
        assert.equal(over(now.shadow), now.shadow.eligible)
        assert.equal(over(now.noise), now.noise.eligible)
        if (now.inFlight === 0 && now.bytes === 0) return now
      }
    },
  }
}

function over({ sent, dropped, failed }: CopyCounts): number {
  const all = [sent, ...Object.values(dropped), ...Object.values(failed)]
  return all.reduce((sum, count) => sum + count, 0)
}
