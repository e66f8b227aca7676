import type { IncomingMessage } from 'node:http'
import type { Clock } from '../clock.ts'
import type { Refusal } from '../errors.ts'
import type { Exchange } from './client.ts'

export interface RequestBodyOptions {
  readonly raw: IncomingMessage
  readonly exchange: Exchange
  /** 0 is unlimited. */
  readonly maxBytes: number
  readonly onRefused: (refusal: Extract<Refusal, 'body-too-large' | 'request-timeout'>) => void
}

/** A request body on its way from the client to the upstream. */
export interface RequestBody {
  /** The upstream can take more. */
  resume(): void
  /** Forgets the body; what is still to come is nobody's. */
  stop(): void
}

/** Milliseconds between two looks at the clients that are sending. */
const sweepMs = 500

/**
 * Pumps request bodies with backpressure, counts them, and gives up on clients that pause for
 * longer than `timeoutMs` while we are willing to read. One timer serves all bodies.
 */
export function createRequestBodies(deps: { clock: Clock; timeoutMs: number }) {
  const { clock, timeoutMs } = deps
  const waiting = new Map<RequestBodyOptions, number>()

  const stopSweep = clock.every(sweepMs, () => {
    const oldest = clock.monotonic() - timeoutMs
    for (const [options, since] of waiting) {
      if (since >= oldest) continue
      waiting.delete(options)
      options.onRefused('request-timeout')
    }
  })

  return {
    pump(options: RequestBodyOptions): RequestBody {
      const { raw, exchange, maxBytes, onRefused } = options
      let received = 0
      const wait = () => waiting.set(options, clock.monotonic())

      const onData = (chunk: Buffer) => {
        received += chunk.length
        if (maxBytes > 0 && received > maxBytes) {
          stop()
          onRefused('body-too-large')
        } else if (exchange.write(chunk)) {
          wait()
        } else {
          // The upstream is the slow one now; the client's time stands still.
          waiting.delete(options)
          raw.pause()
        }
      }
      const onEnd = () => {
        stop()
        exchange.end()
      }
      const stop = () => {
        raw.off('data', onData)
        raw.off('end', onEnd)
        waiting.delete(options)
      }

      wait()
      raw.on('data', onData)
      raw.on('end', onEnd)
      return {
        resume() {
          wait()
          raw.resume()
        },
        stop,
      }
    },
    close: stopSweep,
  }
}

export type RequestBodies = ReturnType<typeof createRequestBodies>
