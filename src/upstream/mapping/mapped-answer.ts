import type { ResponseSink, UpstreamFault, UpstreamRequest } from '../client.ts'
import { headerValue } from '../response-headers.ts'
import { BodyBuffer } from './body-buffer.ts'
import type { MappingFailure } from './body-job.ts'
import type { HeldRoom } from './held-room.ts'
import type { MappedBy, Mapping } from './mapping.ts'

/** What an answer needs of its exchange. */
export interface AnsweredExchange {
  /** The sink has heard the end, or is not to hear it. */
  readonly over: boolean
  /** Of its bodies that are gathered; all is given back with its end. */
  readonly room: HeldRoom
  /** Calls `done` later with the mapped body, unless the exchange is over by then. */
  map(
    by: MappedBy,
    body: BodyBuffer,
    headers: readonly string[],
    status: number,
    done: (mapped: Buffer) => void,
  ): void
  fail(by: MappedBy, reason: MappingFailure): void
  finish(): void
}

export interface MappedAnswerOptions {
  readonly request: UpstreamRequest
  readonly mapping: Mapping
  readonly sink: ResponseSink
  readonly exchange: AnsweredExchange
}

/** An answer that is not told before its body is mapped. */
interface Kept {
  readonly by: MappedBy
  readonly body: BodyBuffer
  readonly status: number
  readonly headers: readonly string[]
}

/** Tells an answer in the clients' language: as it comes, or at its end where its body is mapped. */
export class MappedAnswer implements ResponseSink {
  readonly #request: UpstreamRequest
  readonly #mapping: Mapping
  readonly #sink: ResponseSink
  readonly #exchange: AnsweredExchange
  #kept: Kept | null = null

  constructor({ request, mapping, sink, exchange }: MappedAnswerOptions) {
    this.#request = request
    this.#mapping = mapping
    this.#sink = sink
    this.#exchange = exchange
  }

  onInformation(status: number, headers: string[]): void {
    if (!this.#exchange.over) this.#sink.onInformation(status, headers)
  }

  onHead(status: number, headers: string[]): void {
    if (this.#exchange.over) return
    const { maxBodyBytes } = this.#mapping
    const by = this.#mapping.ofAnswer(status, headers)
    const hasBody = this.#request.method !== 'HEAD' && status !== 204 && status !== 304
    if (by === null || !hasBody) {
      this.#tellHead(status, headers, by !== null)
    } else if (status === 206) {
      this.#exchange.fail(by, 'partial')
    } else if (Number(headerValue(headers, 'content-length') ?? 0) > maxBodyBytes) {
      this.#exchange.fail(by, 'too-large')
    } else {
      this.#kept = { by, body: new BodyBuffer(maxBodyBytes, this.#exchange.room), status, headers }
    }
  }

  onData(chunk: Buffer): boolean {
    if (this.#exchange.over) return true
    if (this.#kept === null) return this.#sink.onData(chunk)
    const { by, body } = this.#kept
    if (!body.add(chunk)) this.#exchange.fail(by, body.lost ?? 'too-large')
    return true
  }

  onLull(): void {
    if (!this.#exchange.over && this.#kept === null) this.#sink.onLull()
  }

  onEnd(): void {
    if (this.#exchange.over) return
    const kept = this.#kept
    if (kept === null) {
      this.#exchange.finish()
      this.#sink.onEnd()
    } else if (kept.body.bytes === 0) {
      // An answer that only says that it is JSON.
      this.#tell(kept, null)
    } else {
      const { by, body, headers, status } = kept
      this.#exchange.map(by, body, headers, status, mapped => this.#tell(kept, mapped))
    }
  }

  onFault(fault: UpstreamFault, cause?: Error): void {
    if (this.#exchange.over) return
    this.#exchange.finish()
    this.#sink.onFault(fault, cause)
  }

  onDrain(): void {
    if (!this.#exchange.over) this.#sink.onDrain()
  }

  /** Head, body and end; whoever hears one may end it before the next. */
  #tell({ status, headers }: Kept, body: Buffer | null): void {
    this.#tellHead(status, headers, body !== null, body?.length)
    if (body !== null && !this.#exchange.over) this.#sink.onData(body)
    if (this.#exchange.over) return
    this.#exchange.finish()
    this.#sink.onEnd()
  }

  #tellHead(status: number, headers: readonly string[], mapsBody: boolean, length = -1): void {
    const host = headerValue(this.#request.headers, 'host') ?? ''
    const mapped = this.#mapping.answerHeaders(headers, host, status, mapsBody)
    if (length >= 0) mapped.push('content-length', String(length))
    this.#sink.onHead(status, mapped)
  }
}
