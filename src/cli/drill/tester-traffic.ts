import { Agent, request as httpRequest, type IncomingMessage } from 'node:http'
import { request as httpsRequest } from 'node:https'

export interface TesterTrafficOptions {
  /** Asked with GET. */
  readonly url: string
  /** Those by which the gateway knows the tester. */
  readonly headers: Readonly<Record<string, string>>
  readonly perSecond: number
}

export interface TesterTraffic {
  /** Requests that ended, and those among them that were not answered with 2xx. */
  counts(): { readonly requests: number; readonly failed: number }
  /** Starts no further request and cuts those under way. */
  stop(): void
}

/** Requests under way at once; those due beyond are left out. */
const maxInFlight = 64
/** Milliseconds without a byte before a request counts as failed. */
const timeoutMs = 5000

/** Sends requests of a tester at an even pace, each on a connection of its own: so all workers get some. */
export function sendTesterTraffic({
  url,
  headers,
  perSecond,
}: TesterTrafficOptions): TesterTraffic {
  const isHttps = new URL(url).protocol === 'https:'
  const send = isHttps ? httpsRequest : httpRequest
  const agent = isHttps ? {} : { agent: new Agent({ keepAlive: false }) }
  const stopped = new AbortController()
  let inFlight = 0
  let requests = 0
  let failed = 0

  function ended(isFailure: boolean): void {
    inFlight--
    if (stopped.signal.aborted) return
    requests++
    if (isFailure) failed++
  }

  function ask(): void {
    if (inFlight >= maxInFlight) return
    inFlight++
    let answer = null as IncomingMessage | null
    const request = send(url, { ...agent, headers, timeout: timeoutMs, signal: stopped.signal })
    request.on('timeout', () => request.destroy(new Error('timeout')))
    request.on('response', response => {
      answer = response.resume()
      answer.on('error', () => {})
    })
    request.on('error', () => {})
    request.on('close', () => {
      const { statusCode = 0, complete = false } = answer ?? {}
      ended(!complete || statusCode < 200 || statusCode > 299)
    })
    request.end()
  }

  const timer = setInterval(ask, 1000 / perSecond)
  return {
    counts: () => ({ requests, failed }),
    stop() {
      clearInterval(timer)
      stopped.abort()
    },
  }
}
