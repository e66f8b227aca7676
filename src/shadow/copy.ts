import type { Variant } from '../cohort/assignment.ts'
import type { TracedAttempt } from '../upstream/attempt-trace.ts'
import type { Exchange, ResponseSink, UpstreamFault } from '../upstream/client.ts'
import type { Timed, TimeLimit } from '../upstream/time-limits.ts'
import type { CopyEnd } from './account.ts'
import { Capture } from './capture.ts'
import { isEventStream } from './header-value.ts'
import type { MirroredRequest } from './mirrored-request.ts'
import type { CopyKind } from './pair.ts'

/** Bytes of a body that move in one turn of the event loop; a longer one moves piece by piece. */
const atOnce = 32_768

/** One copy of a request, from its turn to the end of its answer. Nobody but the comparer gets that. */
export class Copy implements ResponseSink, Timed {
  readonly borrows = true
  readonly kind: CopyKind
  readonly to: Variant
  /** Null until its head has come. */
  answer: Capture | null = null
  /** Sent, dropped or failed, which happens once. */
  over = false
  readonly #mirrored: MirroredRequest
  #askedAt = 0
  /** Pieces of the request body that are still to be sent. */
  #unsent: Buffer[] = []
  /** Bytes of its answer since its last turn. */
  #read = 0
  #exchange: Exchange | null = null
  #limit: TimeLimit | null = null
  /** Null where its request is in no trace. */
  #traced: TracedAttempt | null = null

  constructor(kind: CopyKind, to: Variant, mirrored: MirroredRequest) {
    this.kind = kind
    this.to = to
    this.#mirrored = mirrored
  }

  /** Its turn has come. */
  start(): void {
    // The gateway may have left meanwhile.
    if (this.over) return
    const { request, body, mirror } = this.#mirrored
    const { clock, timeLimits, rule, origins, connectTimeoutMs } = mirror.parts
    const { client, host } = origins[this.to].next()
    const { headers, query } =
      this.kind === 'noise' ? mirror.heads.noise(request) : mirror.heads.shadow(request, this.to)
    this.#askedAt = clock.monotonic()
    this.#limit = timeLimits.start(this, rule.timeoutMs, this.#askedAt)
    const bodyLength = body === null ? 0 : body.length
    const sent = ['host', host ?? request.authority].concat(headers)
    const { trace } = request
    if (trace !== null) {
      const { kind, to } = this
      const { route, traceCopy } = mirror.parts
      this.#traced = traceCopy({ request, trace, route, kind, to, origin: client.origin })
      sent.push(...this.#traced.headers)
    }
    this.#exchange = client.send(
      {
        method: request.method,
        target: request.path + query,
        headers: sent,
        bodyLength,
        connectTimeoutMs,
        // Never the first to be up: that is the limit over all of it.
        headersTimeoutMs: 2 * rule.timeoutMs,
        bodyTimeoutMs: 0,
      },
      this,
    )
    const pieces = body?.pieces() ?? []
    if (bodyLength > atOnce) {
      this.#unsent = [...pieces]
      this.#sendInTurn()
      return
    }
    for (const piece of pieces) this.#exchange.write(piece)
    this.#exchange.end()
  }

  broke(): void {
    this.end({ result: 'failed', reason: 'broken' })
  }

  /** Ends it wherever it is. */
  end(end: CopyEnd): void {
    if (this.over) return
    this.over = true
    this.#traced?.end(this.answer?.status ?? 0, end.result === 'sent' ? null : end.reason)
    this.answer?.giveUp('no-answer')
    this.#mirrored.ended(this, end)
    this.#exchange?.abort()
  }

  /** Whether it has been sent: then it can only fail. */
  get asked(): boolean {
    return this.#exchange !== null
  }

  onInformation(): void {}

  onHead(status: number, headers: readonly string[]): void {
    if (this.over) return
    const { mirror, request } = this.#mirrored
    const headMs = mirror.parts.clock.monotonic() - this.#askedAt
    this.answer = new Capture(request.method, { status, headers, headMs }, mirror.keeping)
    // Of an event stream there is no end to wait for: that it is one is all there is to compare.
    if (isEventStream(headers) || this.answer.lost !== null) {
      this.end({ result: 'sent', reason: 'answered' })
    }
  }

  /** What is too long to be compared is not read to its end, and what is long not at one go. */
  onData(chunk: Buffer): boolean {
    if (this.over) return true
    if (!this.answer?.data(chunk)) {
      this.end({ result: 'sent', reason: 'answered' })
      return true
    }
    this.#read += chunk.length
    if (this.#read < atOnce) return true
    this.#read = 0
    this.#mirrored.mirror.parts.pieceTurns.add(() => this.#exchange?.resume())
    return false
  }

  onLull(): void {}

  onEnd(): void {
    if (this.over) return
    this.answer?.end()
    this.end({ result: 'sent', reason: 'answered' })
  }

  onFault(fault: UpstreamFault): void {
    this.end({ result: 'failed', reason: fault })
  }

  onDrain(): void {
    if (this.#unsent.length > 0) this.#sendInTurn()
  }

  /** Nobody waits for it any more, nor for the answer it is to be compared with. */
  onTimeUp(): void {
    if (this.over) this.#mirrored.waitNoLonger()
    else this.end({ result: 'failed', reason: 'timeout' })
  }

  /** It is being compared. */
  stopLimit(): void {
    if (this.#limit !== null) this.#mirrored.mirror.parts.timeLimits.stop(this.#limit)
    this.#limit = null
  }

  #sendInTurn(): void {
    this.#mirrored.mirror.parts.pieceTurns.add(() => this.#sendNext())
  }

  #sendNext(): void {
    const exchange = this.#exchange
    const piece = this.#unsent.shift()
    // Its bytes were let go when it ended.
    if (this.over || exchange === null || piece === undefined) return
    const hasRoom = exchange.write(piece)
    if (this.#unsent.length === 0) exchange.end()
    else if (hasRoom) this.#sendInTurn()
  }
}
