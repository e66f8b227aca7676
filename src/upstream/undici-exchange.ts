import { Readable } from 'node:stream'
import type { Clock } from '../clock.ts'
import type { Exchange, ResponseSink, UpstreamFault, UpstreamRequest } from './client.ts'
import { Deadline } from './http1/deadline.ts'

/** What is used of undici's DispatchController. */
interface Controller {
  readonly rawHeaders?: unknown
  abort(reason: Error): void
  pause(): void
  resume(): void
}

export interface UndiciExchangeOwner {
  readonly awake: Clock
  /** Names the fault behind an error of undici; `sent` as in Exchange. */
  faultOf(error: Error, sent: boolean): UpstreamFault
  /** Called once, before the sink hears of the end. */
  finished(exchange: UndiciExchange): void
}

/** One request under way; undici's dispatch handler on one side, the seam's exchange on the other. */
export class UndiciExchange implements Exchange {
  answered = false
  sent = false
  readonly body: Readable | null
  readonly #request: UpstreamRequest
  readonly #sink: ResponseSink
  readonly #owner: UndiciExchangeOwner
  readonly #deadline = new Deadline()
  #controller: Controller | null = null
  #bodyLeft: number
  #bodyDone: boolean
  #blocked = false
  #paused = false
  #headSeen = false
  #finished = false

  constructor(request: UpstreamRequest, sink: ResponseSink, owner: UndiciExchangeOwner) {
    this.#request = request
    this.#sink = sink
    this.#owner = owner
    this.#bodyLeft = request.bodyLength
    this.#bodyDone = request.bodyLength === 0
    this.body = this.#bodyDone ? null : new Readable({ read: () => this.#drained() })
    this.body?.on('error', () => {})
    this.#wait('connect-timeout', request.connectTimeoutMs)
  }

  write(chunk: Buffer): boolean {
    if (this.#finished || chunk.length === 0) return !this.#blocked
    const known = this.#bodyLeft >= 0
    if (this.#bodyDone || (known && chunk.length > this.#bodyLeft)) {
      this.#breakOff('aborted', new Error('Cannot send a request body: it is longer than declared'))
      return true
    }
    if (known) this.#bodyLeft -= chunk.length
    this.#blocked = this.body?.push(chunk) === false
    this.#awaitUpstream()
    return !this.#blocked
  }

  end(): void {
    if (this.#finished || this.#bodyDone) return
    if (this.#bodyLeft > 0) {
      this.#breakOff(
        'aborted',
        new Error('Cannot send a request body: it is shorter than declared'),
      )
      return
    }
    this.#bodyDone = true
    this.body?.push(null)
    this.#awaitUpstream()
  }

  resume(): void {
    if (!this.#paused || this.#finished) return
    this.#paused = false
    this.#wait('body-timeout', this.#request.bodyTimeoutMs)
    this.#controller?.resume()
  }

  abort(): void {
    this.#breakOff('aborted')
  }

  expire(now: number): void {
    const fault = this.#deadline.overdue(now)
    if (fault !== null) this.#breakOff(fault)
  }

  fail(fault: UpstreamFault, cause?: Error): void {
    if (!this.#finish()) return
    this.#sink.onFault(fault, cause)
  }

  onRequestStart(controller: Controller): void {
    this.#controller = controller
    if (this.#finished) {
      controller.abort(new Error('aborted'))
      return
    }
    this.sent = true
    this.#awaitUpstream()
  }

  onResponseStarted(): void {
    this.answered = true
  }

  onResponseStart(controller: Controller, status: number): void {
    if (this.#finished) return
    const headers = sinkHeaders(controller.rawHeaders as Buffer[])
    if (status < 200) {
      this.#sink.onInformation(status, headers)
      return
    }
    this.#headSeen = true
    this.#wait('body-timeout', this.#request.bodyTimeoutMs)
    this.#sink.onHead(status, headers)
    // undici does not say that it has delivered all; what comes in the same turn of the loop comes before this.
    process.nextTick(() => {
      if (!this.#finished) this.#sink.onLull()
    })
  }

  onResponseData(controller: Controller, chunk: Buffer): void {
    // After a resume undici tells a piece of no bytes.
    if (this.#finished || chunk.length === 0) return
    this.#paused = !this.#sink.onData(chunk)
    if (this.#finished) return
    if (this.#paused) {
      this.#deadline.off()
      controller.pause()
    } else {
      this.#wait('body-timeout', this.#request.bodyTimeoutMs)
    }
  }

  onResponseEnd(): void {
    if (!this.#finish()) return
    this.#sink.onEnd()
  }

  onResponseError(_controller: Controller, error: Error): void {
    this.fail(this.#owner.faultOf(error, this.sent), error)
  }

  #breakOff(fault: UpstreamFault, cause?: Error): void {
    if (this.#finished) return
    this.fail(fault, cause)
    this.#controller?.abort(new Error(fault))
  }

  #finish(): boolean {
    if (this.#finished) return false
    this.#finished = true
    this.#blocked = false
    this.#owner.finished(this)
    this.body?.destroy()
    return true
  }

  #drained(): void {
    if (!this.#blocked || this.#finished) return
    this.#blocked = false
    this.#awaitUpstream()
    this.#sink.onDrain()
  }

  #awaitUpstream(): void {
    if (!this.sent || this.#headSeen) return
    if (this.#bodyDone || this.#blocked) {
      this.#wait('headers-timeout', this.#request.headersTimeoutMs)
    } else {
      this.#deadline.off()
    }
  }

  #wait(fault: UpstreamFault, limitMs: number): void {
    this.#deadline.set(fault, limitMs, this.#owner.awake.monotonic())
  }
}

function sinkHeaders(raw: readonly Buffer[]): string[] {
  return raw.map((field, index) => {
    const text = field.toString('latin1')
    return index % 2 === 0 ? text.toLowerCase() : text
  })
}
