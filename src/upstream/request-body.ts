import type { Refusal } from '../errors.ts'
import type { ClientRequest } from '../ingress/client-messages.ts'
import type { Exchange } from './client.ts'
import type { BodyTap } from './forward-plan.ts'
import { readRest } from './rest-of-request.ts'
import { type Stalls, Wait } from './stalls.ts'

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

/**
 * A request body on its way from the client to the upstream: pumped with backpressure, counted, and given up
 * when the client stops sending. A class, as whatever each request has: an object literal with a getter gets
 * a hidden class of its own each time, which V8 keeps, with all that the getter can see, until it collects
 * the whole heap.
 */
export class RequestBody {
  readonly #options: RequestBodyOptions
  #exchange: Exchange
  #received = 0
  /** How much had been received when the client's time began anew. */
  #timedFrom = 0
  #ended = false
  /** All that was taken from the client; null once it was too much. Backpressure keeps short what is not sent. */
  #kept: Buffer[] | null = []
  readonly #client: Wait

  constructor(options: RequestBodyOptions) {
    const { raw, stalls, timeoutMs, onRefused } = options
    this.#options = options
    this.#exchange = options.exchange
    this.#client = new Wait(timeoutMs, () => onRefused('request-timeout'))
    stalls.start(this.#client)
    raw.on('data', this.#onData)
    raw.on('end', this.#onEnd)
  }

  /** The upstream can take more. */
  resume(): void {
    this.#startTime()
    this.#options.raw.resume()
  }

  /** Whether everything so far is still at hand: as long as the exchange has sent nothing, or while it was kept. */
  get replayable(): boolean {
    return this.#kept !== null && (!this.#exchange.sent || !this.#isLong)
  }

  /** Goes on with another exchange, from the start; only while `replayable`. */
  moveTo(next: Exchange): void {
    this.#exchange = next
    let room = true
    for (const chunk of this.#kept ?? []) room = next.write(chunk)
    if (this.#ended) next.end()
    else if (room) this.resume()
  }

  /** Forgets the body; what is still to come is nobody's. */
  stop(): void {
    const { raw, stalls, timeoutMs } = this.#options
    this.#leave()
    readRest(raw, stalls, timeoutMs)
  }

  /** Longer than what is kept once some of it was sent. */
  get #isLong(): boolean {
    return this.#received > this.#options.keepBytes
  }

  readonly #onData = (chunk: Buffer): void => {
    const { raw, stalls, tap, maxBytes, minBytes, onRefused } = this.#options
    const exchange = this.#exchange
    this.#received += chunk.length
    if (maxBytes > 0 && this.#received > maxBytes) {
      this.#leave()
      onRefused('body-too-large')
      return
    }
    if (tap !== null) tap.data(chunk)
    if (exchange.sent && this.#isLong) this.#kept = null
    this.#kept?.push(chunk)
    // Once sent, what is too long to be kept is never sent again.
    if (exchange.write(chunk, this.#isLong)) {
      if (this.#received - this.#timedFrom >= minBytes) this.#startTime()
    } else {
      // The upstream is the slow one now; the client's time stands still.
      stalls.stop(this.#client)
      raw.pause()
    }
  }

  readonly #onEnd = (): void => {
    const { raw, tap, onWhole } = this.#options
    // Of one that was cut short, the client's going is told.
    if (!raw.complete) return
    this.#ended = true
    this.#leave()
    this.#exchange.end()
    if (tap !== null) tap.end()
    onWhole()
  }

  #startTime(): void {
    this.#timedFrom = this.#received
    this.#options.stalls.start(this.#client)
  }

  #leave(): void {
    const { raw, stalls } = this.#options
    raw.off('data', this.#onData)
    raw.off('end', this.#onEnd)
    stalls.stop(this.#client)
  }
}
