import type { ServerHttp2Stream } from 'node:http2'
import type { Socket } from 'node:net'
import type { ClientRequest } from '../client-messages.ts'

/** What a request says before its body. */
export type RequestHead = Pick<ClientRequest, 'method' | 'url' | 'rawHeaders'>

/** A stream of HTTP/2 as a request. */
export class StreamRequest implements ClientRequest {
  readonly httpVersion = '2.0'
  readonly method: string | undefined
  readonly url: string | undefined
  readonly rawHeaders: readonly string[]
  readonly socket: Socket
  complete: boolean
  private readonly stream: ServerHttp2Stream

  constructor(stream: ServerHttp2Stream, socket: Socket, head: RequestHead) {
    this.stream = stream
    this.socket = socket
    this.method = head.method
    this.url = head.url
    this.rawHeaders = head.rawHeaders
    this.complete = stream.endAfterHeaders
    if (this.complete) return
    // Before anybody else hears of the end: Node ends the body of a stream that was reset as well, and
    // half an upload must not go on as a whole one.
    stream.once('end', () => {
      this.complete = !stream.closed
    })
  }

  on(event: 'data' | 'end', listener: (chunk: Buffer) => void): void {
    this.stream.on(event, listener)
  }

  off(event: 'data' | 'end', listener: (chunk: Buffer) => void): void {
    this.stream.off(event, listener)
  }

  pause(): void {
    this.stream.pause()
  }

  resume(): void {
    this.stream.resume()
  }
}
