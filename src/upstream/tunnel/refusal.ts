import type { Duplex } from 'node:stream'
import { after, type Clock } from '../../clock.ts'
import type { UpstreamFault } from '../client.ts'
import { AnswerParser } from '../http1/answer-parser.ts'
import { clientHeaders, headerValue } from '../response-headers.ts'
import { headText } from './head-text.ts'
import { whenStalled } from './stalled.ts'

/** How the answer to a refused upgrade ended. */
export interface RefusalEnd {
  /** Null when the client was sent the whole answer; `aborted` when it went away first. */
  readonly fault: UpstreamFault | null
  /** Bytes of body passed to the client. */
  readonly bytesDown: number
}

export interface RefusalOptions {
  readonly client: Duplex
  /** About to give the answer from the first byte of its final head. */
  readonly upstream: Duplex
  readonly maxHeaderBytes: number
  /** See `TunnelOptions.responseHeaders`. */
  readonly responseHeaders: readonly string[]
  readonly clock: Clock
  /** Milliseconds without progress before the answer is broken off. */
  readonly stallTimeoutMs: number
  /** Milliseconds that the client has to end its side after the answer. */
  readonly closeTimeoutMs: number
  /** The head is on its way, with these headers. */
  readonly onHead: (status: number, headers: readonly string[]) => void
  readonly onEnd: (end: RefusalEnd) => void
}

/**
 * Passes an answer other than 101 to the client as an ordinary HTTP answer, streamed, and closes both
 * connections. A body that breaks off breaks off for the client too: it never looks whole.
 */
export function passRefusal(options: RefusalOptions): { destroy(): void } {
  const { client, upstream, clock } = options
  const parser = new AnswerParser(options.maxHeaderBytes)
  let chunked = false
  let bytesDown = 0
  let over = false
  let cancelTimeout = whenStalled(
    clock,
    options.stallTimeoutMs,
    () => bytesDown - client.writableLength,
    () => finish('body-timeout'),
  )

  function onHead(status: number, upstreamHeaders: string[]): void {
    const headers = clientHeaders(upstreamHeaders, options.responseHeaders)
    chunked =
      status !== 204 && status !== 304 && headerValue(headers, 'content-length') === undefined
    const framing = chunked ? ['transfer-encoding', 'chunked'] : []
    client.write(headText(status, [...headers, ...framing, 'connection', 'close']), 'latin1')
    options.onHead(status, headers)
  }

  function onData(piece: Buffer): boolean {
    bytesDown += piece.length
    client.cork()
    if (chunked) client.write(`${piece.length.toString(16)}\r\n`)
    client.write(piece)
    if (chunked) client.write('\r\n')
    client.uncork()
    if (client.writableNeedDrain) upstream.pause()
    return true
  }

  function onAnswer(chunk: Buffer): void {
    try {
      if (parser.feed(chunk, chunk.length)) finish(null)
    } catch {
      finish('protocol')
    }
  }

  function finish(fault: UpstreamFault | null): void {
    if (over) return
    over = true
    cancelTimeout()
    parser.stop()
    upstream.destroy()
    if (fault === null) {
      client.end(chunked ? '0\r\n\r\n' : '')
      cancelTimeout = after(clock, options.closeTimeoutMs, () => client.destroy())
    } else {
      client.destroy()
    }
    options.onEnd({ fault, bytesDown })
  }

  parser.begin('GET', { onInformation() {}, onHead, onData })
  upstream.on('data', onAnswer).on('end', () => finish(parser.finish() ? null : 'reset'))
  upstream.on('close', () => finish('reset'))
  client.on('drain', () => upstream.resume())
  client.on('close', () => {
    cancelTimeout()
    finish('aborted')
  })
  client.resume() // what it still sends is dropped, and its end is noticed
  upstream.resume()
  return { destroy: () => finish('aborted') }
}
