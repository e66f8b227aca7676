import type {
  Exchange,
  OriginClient,
  ResponseSink,
  UpstreamFault,
  UpstreamRequest,
} from '../client.ts'
import { writeRequestHead } from '../http1/request-head.ts'
import { BodyBuffer } from './body-buffer.ts'
import type { BodyMapper, MappingFailure } from './body-job.ts'
import { HeldRoom, type Room } from './held-room.ts'
import { type AnsweredExchange, MappedAnswer } from './mapped-answer.ts'
import type { MappedBy, Mapping, MappingEvent } from './mapping.ts'

export interface MappedExchangeOwner {
  readonly client: OriginClient
  readonly mapping: Mapping
  readonly mapper: BodyMapper
  readonly onFailed: (event: MappingEvent) => void
  /** Where bodies are counted while they are gathered and mapped; null for live requests. */
  readonly room: Room | null
  /** The exchange is under way without the client below; called in turns with `release`. */
  hold(): void
  release(): void
}

/** A request that is not sent before its body is mapped. */
interface KeptRequest {
  readonly by: MappedBy
  readonly body: BodyBuffer
}

/** What a client may send and no mapping can read: that says nothing about the upstream. */
const unmappable = new Set<MappingFailure>([
  'too-large',
  'not-json',
  'unknown-coding',
  'number-too-large',
])

/** The thread had no time, or copies no room: our own limits, which say nothing of upstream or mapping. */
const unattended = new Set<MappingFailure>(['no-turn', 'too-many', 'closed', 'no-room'])

/**
 * One request through a mapping. Where its body is mapped it is gathered here first, and the exchange
 * below begins when all of it is in the upstream's language.
 */
export class MappedExchange implements Exchange, AnsweredExchange {
  over = false
  readonly room: HeldRoom
  readonly #request: UpstreamRequest
  readonly #sink: ResponseSink
  readonly #owner: MappedExchangeOwner
  readonly #answer: MappedAnswer
  #inner: Exchange | null = null
  #kept: KeptRequest | null = null
  #cancelMapping = (): void => {}
  #held = false

  constructor(request: UpstreamRequest, sink: ResponseSink, owner: MappedExchangeOwner) {
    this.#request = request
    this.#sink = sink
    this.#owner = owner
    const { mapping, room } = owner
    this.room = new HeldRoom(room)
    this.#answer = new MappedAnswer({ request, mapping, sink, exchange: this })
  }

  get sent(): boolean {
    return this.#inner?.sent ?? false
  }

  get answered(): boolean {
    return this.#inner?.answered ?? false
  }

  /** Throws as `OriginClient.send` does. */
  begin(): void {
    const { mapping } = this.#owner
    const { headers, bodyLength } = this.#request
    const by = mapping.ofRequest(headers, bodyLength)
    if (by === null) {
      this.#send(bodyLength, false)
      return
    }
    writeRequestHead(this.#request)
    this.#hold()
    this.#kept = { by, body: new BodyBuffer(mapping.maxBodyBytes, this.room, bodyLength) }
    if (bodyLength > mapping.maxBodyBytes) this.#failLater(by, 'too-large')
  }

  write(chunk: Buffer, spent = false): boolean {
    if (this.over) return true
    if (this.#kept === null) return this.#inner?.write(chunk, spent) ?? true
    const { by, body } = this.#kept
    const isWithin = body.add(chunk)
    if (body.isLonger) {
      this.#breakOff(new Error('Cannot send a request body: it is longer than declared'))
    } else if (!isWithin) {
      this.#failLater(by, body.lost ?? 'too-large')
    }
    return true
  }

  end(): void {
    if (this.over) return
    if (this.#kept === null) {
      this.#inner?.end()
      return
    }
    const { by, body } = this.#kept
    if (body.isShorter) {
      this.#breakOff(new Error('Cannot send a request body: it is shorter than declared'))
    } else if (body.bytes === 0) {
      this.#sendWhole(null)
    } else if (body.lost === null) {
      this.map(by, body, this.#request.headers, 0, mapped => {
        if (this.room.take(mapped.length)) this.#sendWhole(mapped)
        else this.fail(by, 'no-room')
      })
    }
  }

  resume(): void {
    this.#inner?.resume()
  }

  abort(): void {
    this.#breakOff()
  }

  map(
    by: MappedBy,
    body: BodyBuffer,
    headers: readonly string[],
    status: number,
    done: (mapped: Buffer) => void,
  ): void {
    const { mapping, mapper } = this.#owner
    this.#hold()
    const job = mapping.job(by, body.take(), headers, this.#request, status)
    this.#cancelMapping = mapper.map(job, mapped => {
      if (this.over) return
      // What it became is for whoever gets it to make room for.
      this.room.giveBack()
      if (!mapped.ok) this.fail(by, mapped.reason, mapped.detail)
      else {
        const { buffer, byteOffset, byteLength } = mapped.body
        done(Buffer.from(buffer, byteOffset, byteLength))
      }
    })
  }

  fail(by: MappedBy, reason: MappingFailure, detail = ''): void {
    if (this.over) return
    const { mapping, onFailed } = this.#owner
    onFailed({ field: by.field, reason, detail })
    this.#breakOff(
      new Error(`Cannot map ${by.field}: ${reason}`),
      faultOf(by, reason, mapping.isCut),
    )
  }

  finish(): void {
    this.over = true
    this.#cancelMapping()
    this.#kept = null
    this.room.giveBack()
    this.#release()
  }

  #send(bodyLength: number, mapsBody: boolean): Exchange {
    const { client, mapping } = this.#owner
    const { method, target, headers } = this.#request
    const mapped = {
      ...this.#request,
      target: mapping.target(target),
      headers: mapping.requestHeaders(headers, method, mapsBody),
      bodyLength,
    }
    const inner = client.send(mapped, this.#answer)
    this.#inner = inner
    return inner
  }

  /** The request is in the upstream's language; null for one that has no body after all. */
  #sendWhole(body: Buffer | null): void {
    this.#kept = null
    const inner = this.#send(body?.length ?? 0, body !== null)
    this.#release()
    if (body !== null) inner.write(body)
    inner.end()
  }

  /** Not at once: whoever sends or writes is not interrupted. */
  #failLater(by: MappedBy, reason: MappingFailure): void {
    queueMicrotask(() => this.fail(by, reason))
  }

  #breakOff(cause?: Error, fault: UpstreamFault = 'aborted'): void {
    if (this.over) return
    this.finish()
    this.#inner?.abort()
    this.#sink.onFault(fault, cause)
  }

  #hold(): void {
    if (this.#held) return
    this.#held = true
    this.#owner.hold()
  }

  #release(): void {
    if (!this.#held) return
    this.#held = false
    this.#owner.release()
  }
}

function faultOf({ field }: MappedBy, reason: MappingFailure, isCut: boolean): UpstreamFault {
  if (unattended.has(reason)) return 'busy'
  // Live it might have been mapped.
  if (isCut && reason === 'too-large') return 'unmappable'
  return field === 'request.body' && unmappable.has(reason) ? 'unmappable' : 'mapping-failed'
}
