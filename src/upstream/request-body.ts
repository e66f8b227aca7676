import type { IncomingMessage } from 'node:http'
import type { Refusal } from '../errors.ts'
import type { Exchange } from './client.ts'
import type { Stalls, Wait } from './stalls.ts'

export interface RequestBodyOptions {
  readonly raw: IncomingMessage
  readonly exchange: Exchange
  /** 0 is unlimited. */
  readonly maxBytes: number
  /** Longest pause of the client between two pieces while we are willing to read. */
  readonly timeoutMs: number
  readonly stalls: Stalls
  readonly onRefused: (refusal: Extract<Refusal, 'body-too-large' | 'request-timeout'>) => void
}

/** A request body on its way from the client to the upstream. */
export interface RequestBody {
  /** The upstream can take more. */
  resume(): void
  /** Goes on with another exchange, from the start; only while the one before has sent nothing. */
  moveTo(exchange: Exchange): void
  /** Forgets the body; what is still to come is nobody's. */
  stop(): void
}

/** Pumps a request body with backpressure, counts it, and gives up on a client that stops sending. */
export function pumpRequestBody(options: RequestBodyOptions): RequestBody {
  const { raw, maxBytes, stalls, onRefused } = options
  let { exchange } = options
  let received = 0
  let ended = false
  /** Taken from the client while no byte has gone upstream; backpressure keeps it short. */
  let unsent: Buffer[] = []
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
    if (!exchange.sent) unsent.push(chunk)
    else if (unsent.length > 0) unsent = []
    if (exchange.write(chunk)) {
      stalls.start(client)
    } else {
      // The upstream is the slow one now; the client's time stands still.
      stalls.stop(client)
      raw.pause()
    }
  }
  const onEnd = () => {
    ended = true
    stop()
    exchange.end()
  }
  const stop = () => {
    raw.off('data', onData)
    raw.off('end', onEnd)
    stalls.stop(client)
  }

  const resume = () => {
    stalls.start(client)
    raw.resume()
  }

  stalls.start(client)
  raw.on('data', onData)
  raw.on('end', onEnd)
  return {
    resume,
    moveTo(next) {
      exchange = next
      let room = true
      for (const chunk of unsent) room = exchange.write(chunk)
      if (ended) exchange.end()
      else if (room) resume()
    },
    stop,
  }
}
