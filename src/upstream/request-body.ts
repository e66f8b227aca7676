import type { Refusal } from '../errors.ts'
import type { ClientRequest } from '../ingress/client-messages.ts'
import type { Exchange } from './client.ts'
import type { BodyTap } from './forward-plan.ts'
import { readRest } from './rest-of-request.ts'
import type { Stalls, Wait } from './stalls.ts'

export interface RequestBodyOptions {
  readonly raw: ClientRequest
  readonly exchange: Exchange
  /** 0 is unlimited. */
  readonly maxBytes: number
  /** Longest pause of the client between two pieces while we are willing to read. */
  readonly timeoutMs: number
  /** Least that must come within `timeoutMs`: a client that sends byte by byte holds as much as one that rests. */
  readonly minBytes: number
  /** Bytes kept to be sent again, once some went upstream; 0 for a body that nobody will want again. */
  readonly keepBytes: number
  readonly stalls: Stalls
  /** Sees each piece once, however often it is sent; null where nobody listens. */
  readonly tap: BodyTap | null
  /** The client has sent all of it. */
  readonly onWhole: () => void
  readonly onRefused: (refusal: Extract<Refusal, 'body-too-large' | 'request-timeout'>) => void
}

/** A request body on its way from the client to the upstream. */
export interface RequestBody {
  /** The upstream can take more. */
  resume(): void
  /** Whether everything so far is still at hand: as long as the exchange has sent nothing, or while it was kept. */
  readonly replayable: boolean
  /** Goes on with another exchange, from the start; only while `replayable`. */
  moveTo(exchange: Exchange): void
  /** Forgets the body; what is still to come is nobody's. */
  stop(): void
}

/** Pumps a request body with backpressure, counts it, and gives up on a client that stops sending. */
export function pumpRequestBody(options: RequestBodyOptions): RequestBody {
  const { raw, maxBytes, minBytes, keepBytes, stalls, tap, onRefused } = options
  let { exchange } = options
  let received = 0
  /** How much had been received when the client's time began anew. */
  let timedFrom = 0
  let ended = false
  /** All that was taken from the client; null once it was too much. Backpressure keeps short what is not sent. */
  let kept: Buffer[] | null = []
  const client: Wait = {
    limitMs: options.timeoutMs,
    onStalled: () => onRefused('request-timeout'),
  }

  const onData = (chunk: Buffer) => {
    received += chunk.length
    if (maxBytes > 0 && received > maxBytes) {
      stop()
      onRefused('body-too-large')
      return
    }
    if (tap !== null) tap.data(chunk)
    if (exchange.sent && received > keepBytes) kept = null
    kept?.push(chunk)
    // Once sent, what is too long to be kept is never sent again.
    if (exchange.write(chunk, received > keepBytes)) {
      if (received - timedFrom >= minBytes) startTime()
    } else {
      // The upstream is the slow one now; the client's time stands still.
      stalls.stop(client)
      raw.pause()
    }
  }
  const onEnd = () => {
    // Of one that was cut short, the client's going is told.
    if (!raw.complete) return
    ended = true
    stop()
    exchange.end()
    if (tap !== null) tap.end()
    options.onWhole()
  }
  const stop = () => {
    raw.off('data', onData)
    raw.off('end', onEnd)
    stalls.stop(client)
  }

  const startTime = () => {
    timedFrom = received
    stalls.start(client)
  }

  const resume = () => {
    startTime()
    raw.resume()
  }

  stalls.start(client)
  raw.on('data', onData)
  raw.on('end', onEnd)
  return {
    resume,
    get replayable() {
      return kept !== null && (!exchange.sent || received <= keepBytes)
    },
    moveTo(next) {
      exchange = next
      let room = true
      for (const chunk of kept ?? []) room = exchange.write(chunk)
      if (ended) exchange.end()
      else if (room) resume()
    },
    stop() {
      stop()
      readRest(raw, stalls, options.timeoutMs)
    },
  }
}
