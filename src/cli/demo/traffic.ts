import { Agent, request as httpRequest } from 'node:http'
import type { Clock } from '../../clock.ts'
import type { DemoCaller, Segment } from './callers.ts'
import { examplePath } from './example.ts'
import type { SampleVersion } from './offers.ts'
import { versionHeader } from './sample-service.ts'

/** One request of the demo's traffic, seen from the client. */
export interface Answered {
  readonly segment: Segment
  readonly method: 'GET' | 'POST'
  /** Wall-clock milliseconds. */
  readonly sentAt: number
  /** Which service answered; null when none did. */
  readonly version: SampleVersion | null
  /** Not answered, or not with 2xx. */
  readonly failed: boolean
  /** V2 was asked and failed; V1 answered in its place, or nobody did. */
  readonly failedByV2: boolean
  /** From the request to the last byte of its answer. */
  readonly milliseconds: number
}

export interface TrafficDeps {
  /** Host of the gateway; 127.0.0.1 by default. */
  readonly host?: string
  readonly port: number
  /** Requests per second; 0 for none. */
  readonly perSecond: number
  readonly callers: readonly DemoCaller[]
  readonly clock: Clock
  readonly random: () => number
  readonly onAnswered: (answered: Answered) => void
}

export interface Traffic {
  /** Sends a few requests one after another that nobody counts: the first ones wait for code to be compiled. */
  warmUp(): Promise<void>
  /** Begins to send at the pace. */
  start(): void
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

/** Requests before the first one that counts. */
const warmUpRequests = 25

/** Sends requests of random callers at an even pace, whatever the answers take. */
export function createTraffic(deps: TrafficDeps): Traffic {
  const { host = '127.0.0.1', port, perSecond, callers, clock, random, onAnswered } = deps
  const agent = new Agent({ keepAlive: true, maxSockets: maxInFlight })
  const underWay = new Set<Promise<void>>()
  let stopTicking = () => {}

  function start(): void {
    const startedAt = clock.monotonic()
    let due = 0
    stopTicking = clock.every(periodMs, () => {
      const dueNow = Math.floor(((clock.monotonic() - startedAt) * perSecond) / 1000)
      for (; due < dueNow; due++) if (underWay.size < maxInFlight) begin()
    })
  }

  function sendAny(): Promise<Answered> {
    const caller = callers[Math.floor(random() * callers.length)] as DemoCaller
    return send(caller, random() < postShare)
  }

  function begin(): void {
    const sending = sendAny().then(answered => {
      underWay.delete(sending)
      onAnswered(answered)
    })
    underWay.add(sending)
  }

  function send({ user, segment }: DemoCaller, post: boolean): Promise<Answered> {
    const method = post ? 'POST' : 'GET'
    const sentAt = clock.now()
    const startedAt = clock.monotonic()
    return new Promise(resolve => {
      const finish = (version: SampleVersion | null, failed: boolean, decision = '') =>
        resolve({
          segment,
          method,
          sentAt,
          version,
          failed,
          failedByV2: failed ? decision.startsWith('v2') : /fallback=v2-/.test(decision),
          milliseconds: clock.monotonic() - startedAt,
        })
      const request = httpRequest({
        agent,
        host,
        port,
        method,
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
        const version = (headers[versionHeader] ?? null) as SampleVersion | null
        const decision = String(headers['x-switchback-decision'])
        response.on('error', () => finish(version, true, decision))
        response.on('end', () => finish(version, statusCode < 200 || statusCode > 299, decision))
        response.resume()
      })
      request.end(post ? JSON.stringify({ user, skills: ['sql', 'french'] }) : undefined)
    })
  }

  return {
    async warmUp() {
      for (let sent = 0; sent < warmUpRequests; sent++) await sendAny()
    },
    start,
    async stop() {
      stopTicking()
      await Promise.all(underWay)
      agent.destroy()
    },
  }
}
