import { Agent, request as httpRequest } from 'node:http'
import type { Clock } from '../../clock.ts'
import type { DemoCaller, Segment } from './callers.ts'
import { examplePath } from './example.ts'
import type { SampleVersion } from './offers.ts'
import { versionHeader } from './sample-service.ts'

/** One request of the demo's traffic, seen from the client. */
export interface Answered {
  readonly segment: Segment
  /** Which service answered; null when none did. */
  readonly version: SampleVersion | null
  /** Not answered, or not with 2xx. */
  readonly failed: boolean
  /** From the request to the last byte of its answer. */
  readonly milliseconds: number
}

export interface TrafficDeps {
  /** Port of the gateway on 127.0.0.1. */
  readonly port: number
  /** Requests per second; 0 for none. */
  readonly perSecond: number
  readonly callers: readonly DemoCaller[]
  readonly clock: Clock
  readonly random: () => number
  readonly onAnswered: (answered: Answered) => void
}

export interface Traffic {
  /** Starts no further request and waits for those under way. */
  stop(): Promise<void>
}

/** Milliseconds between two looks at how many requests are due. */
const periodMs = 10
/** Requests under way at once; those due beyond are left out, never piled up on a slow gateway. */
const maxInFlight = 256
/** Milliseconds without a byte before a request counts as failed. */
const timeoutMs = 5000
/** Of the requests, how many are a POST. */
const postShare = 0.2

/** Sends requests of random callers at an even pace, whatever the answers take. */
export function startTraffic(deps: TrafficDeps): Traffic {
  const { port, perSecond, callers, clock, random, onAnswered } = deps
  const agent = new Agent({ keepAlive: true, maxSockets: maxInFlight })
  const underWay = new Set<Promise<void>>()
  const startedAt = clock.monotonic()
  let due = 0

  const stopTicking = clock.every(periodMs, () => {
    const dueNow = Math.floor(((clock.monotonic() - startedAt) * perSecond) / 1000)
    for (; due < dueNow; due++) if (underWay.size < maxInFlight) begin()
  })

  function begin(): void {
    const caller = callers[Math.floor(random() * callers.length)] as DemoCaller
    const sending = send(caller, random() < postShare).then(answered => {
      underWay.delete(sending)
      onAnswered(answered)
    })
    underWay.add(sending)
  }

  function send({ user, segment }: DemoCaller, post: boolean): Promise<Answered> {
    const sentAt = clock.monotonic()
    return new Promise(resolve => {
      const finish = (version: SampleVersion | null, failed: boolean) =>
        resolve({ segment, version, failed, milliseconds: clock.monotonic() - sentAt })
      const request = httpRequest({
        agent,
        host: '127.0.0.1',
        port,
        method: post ? 'POST' : 'GET',
        path: post ? examplePath : `${examplePath}?user=${user}`,
        timeout: timeoutMs,
        headers: {
          'x-user-id': user,
          ...(segment === 'none' ? {} : { 'x-segment': segment }),
          ...(post ? { 'content-type': 'application/json' } : {}),
        },
      })
      request.on('timeout', () => request.destroy(new Error('timeout')))
      request.on('error', () => finish(null, true))
      request.on('response', response => {
        const { statusCode = 0, headers } = response
        const version = headers[versionHeader] as SampleVersion | undefined
        response.on('error', () => finish(version ?? null, true))
        response.on('end', () => finish(version ?? null, statusCode < 200 || statusCode > 299))
        response.resume()
      })
      request.end(post ? JSON.stringify({ user, skills: ['sql', 'french'] }) : undefined)
    })
  }

  return {
    async stop() {
      stopTicking()
      await Promise.all(underWay)
      agent.destroy()
    },
  }
}
