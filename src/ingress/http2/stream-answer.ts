import { constants, type ServerHttp2Stream } from 'node:http2'
import type { ClientResponse } from '../client-messages.ts'
import type { StreamRequest } from './stream-request.ts'

/** The greatest status that Node sends over HTTP/2; there is no class above 5xx (RFC 9110 section 15). */
const maxStatus = 599

/** Makes Node reset the stream with INTERNAL_ERROR. */
const brokenOff = new Error('the answer is broken off')

/** The answer on a stream of HTTP/2. */
export class StreamAnswer implements ClientResponse {
  readonly req: StreamRequest
  statusCode = 200
  /** A stream has but one request, so there is nothing behind the answer to keep it alive for. */
  shouldKeepAlive = false
  /** We ended it ourselves, whole or not: the client did not take it back. */
  isOurEnd = false
  private readonly stream: ServerHttp2Stream
  /** What is to leave with the first piece of the body; null before `writeHead`. */
  private head: string[] | null = null

  constructor(stream: ServerHttp2Stream, req: StreamRequest) {
    this.stream = stream
    this.req = req
  }

  get headersSent(): boolean {
    return this.head !== null
  }

  get destroyed(): boolean {
    return this.stream.closed || this.stream.destroyed
  }

  get writableFinished(): boolean {
    return this.stream.writableFinished
  }

  get writableLength(): number {
    return this.stream.writableLength
  }

  writeHead(status: number, headers: readonly string[]): this {
    this.statusCode = status
    this.head = [':status', String(status), ...headers]
    return this
  }

  flushHeaders(): void {
    this.sendHead(false)
  }

  writeContinue(): void {
    if (!this.destroyed) this.stream.additionalHeaders({ ':status': 100 })
  }

  write(chunk: Buffer): boolean {
    this.sendHead(false)
    return this.isBodyless || this.destroyed || this.stream.write(chunk)
  }

  end(body?: Buffer | string, encoding: 'latin1' | 'utf8' = 'utf8'): void {
    const isBodyless = body === undefined || this.isBodyless
    this.sendHead(isBodyless)
    if (this.destroyed) return
    this.isOurEnd = true
    if (isBodyless) this.stream.end()
    else this.stream.end(body, encoding)
    if (!this.req.complete) this.stream.once('finish', () => this.letGo())
  }

  /**
   * RFC 9113 section 8.1: once the answer has left, what is left of the request is asked for no more,
   * and that is no error. To be called now and then: nothing tells when a head without a body has left.
   */
  letGo(): void {
    const { stream } = this
    if (this.req.complete || stream.destroyed) return
    if (!stream.closed) {
      // nghttp2 forgets what waits to be sent on a stream that is closed.
      if (stream.state.localClose !== 1) return
      stream.close(constants.NGHTTP2_NO_ERROR)
    }
    // And for Node a stream is not over before what came of it is read.
    stream.resume()
  }

  destroy(): void {
    this.isOurEnd = true
    // Not `close`, which lets a body end as if it were whole before it resets the stream.
    this.stream.destroy(brokenOff)
  }

  on(event: 'close', listener: () => void): void {
    this.stream.on(event, listener)
  }

  once(event: 'close' | 'drain', listener: () => void): void {
    this.stream.once(event, listener)
  }

  /** RFC 9110 section 6.4.1. */
  private get isBodyless(): boolean {
    return this.req.method === 'HEAD' || this.statusCode === 204 || this.statusCode === 304
  }

  private sendHead(endsHere: boolean): void {
    if (this.head === null || this.stream.headersSent || this.destroyed) return
    if (this.statusCode > maxStatus) this.destroy()
    else this.stream.respond(this.head as never, { endStream: endsHere })
  }
}
