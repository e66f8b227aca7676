import type { Socket } from 'node:net'
import type { Clock } from '../../clock.ts'
import type { Exchange, ResponseSink, UpstreamFault, UpstreamRequest } from '../client.ts'
import { givingBack } from '../give-back.ts'
import type { AnswerEvents } from './answer-parser.ts'
import type { Connection } from './connection.ts'
import { Deadline } from './deadline.ts'
import { writeRequestHead } from './request-head.ts'

export interface ExchangeOwner {
  readonly awake: Clock
  /** Takes a request that has no connection out of the queue. */
  forget(exchange: Http1Exchange): void
  /** Called once, before the sink hears of the end. */
  finished(): void
}

const lastChunk = '0\r\n\r\n'

/** One request under way: holds it until there is a connection, writes it, passes the answer to the sink. */
export class Http1Exchange implements Exchange, AnswerEvents {
  answered = false
  sent = false
  /** The whole request is written or handed to the socket. */
  bodyDone: boolean
  paused = false
  connection: Connection | null = null
  readonly method: string
  readonly borrows: boolean
  readonly #request: UpstreamRequest
  readonly #sink: ResponseSink
  readonly #owner: ExchangeOwner
  readonly #deadline = new Deadline()
  #head: string
  #socket: Socket | null = null
  #heldBody: { readonly chunk: Buffer; readonly spent: boolean }[] | null = null
  /** Declared bytes still to come; negative when the length is not known. */
  #bodyLeft: number
  #blocked = false
  #headSeen = false
  #finished = false

  constructor(request: UpstreamRequest, sink: ResponseSink, owner: ExchangeOwner) {
    this.#head = writeRequestHead(request)
    this.#request = request
    this.#sink = sink
    this.#owner = owner
    this.method = request.method
    this.borrows = sink.borrows === true
    this.#bodyLeft = request.bodyLength
    this.bodyDone = request.bodyLength === 0
    this.#wait('connect-timeout', request.connectTimeoutMs)
  }

  write(chunk: Buffer, spent = false): boolean {
    if (this.#finished || chunk.length === 0) return !this.#blocked
    const known = this.#bodyLeft >= 0
    if (this.bodyDone || (known && chunk.length > this.#bodyLeft)) {
      this.#breakOff(new Error('Cannot send a request body: it is longer than declared'))
      return true
    }
    if (known) this.#bodyLeft -= chunk.length
    if (this.#socket === null) {
      this.#heldBody ??= []
      this.#heldBody.push({ chunk, spent })
      this.#blocked = true
      return false
    }
    this.#blocked = !this.#put(this.#socket, chunk, spent)
    this.#awaitUpstream()
    return !this.#blocked
  }

  end(): void {
    if (this.#finished || this.bodyDone) return
    if (this.#bodyLeft > 0) {
      this.#breakOff(new Error('Cannot send a request body: it is shorter than declared'))
      return
    }
    this.bodyDone = true
    if (this.#socket === null) return
    if (this.#bodyLeft < 0) this.#socket.write(lastChunk, 'latin1')
    this.#awaitUpstream()
  }

  resume(): void {
    if (!this.paused || this.#finished) return
    this.paused = false
    this.#wait('body-timeout', this.#request.bodyTimeoutMs)
    this.connection?.resumeReading()
  }

  abort(): void {
    this.#breakOff()
  }

  /** The connection is open and proven quiet: writes all there is so far. */
  start(connection: Connection, socket: Socket): void {
    this.connection = connection
    this.#socket = socket
    this.sent = true
    const held = this.#heldBody
    if (held === null) {
      const endsAtOnce = this.bodyDone && this.#bodyLeft < 0
      socket.write(endsAtOnce ? this.#head + lastChunk : this.#head, 'latin1')
    } else {
      socket.cork()
      socket.write(this.#head, 'latin1')
      for (const { chunk, spent } of held) this.#put(socket, chunk, spent)
      if (this.bodyDone && this.#bodyLeft < 0) socket.write(lastChunk, 'latin1')
      socket.uncork()
      this.#heldBody = null
    }
    this.#head = ''
    this.#awaitUpstream()
    if (this.#blocked && !socket.writableNeedDrain) this.drained()
  }

  drained(): void {
    if (!this.#blocked || this.#finished) return
    this.#blocked = false
    this.#awaitUpstream()
    this.#sink.onDrain()
  }

  onInformation(status: number, headers: string[]): void {
    this.#sink.onInformation(status, headers)
  }

  onHead(status: number, headers: string[]): void {
    this.#headSeen = true
    this.#wait('body-timeout', this.#request.bodyTimeoutMs)
    this.#sink.onHead(status, headers)
  }

  onData(chunk: Buffer): boolean {
    this.paused = !this.#sink.onData(chunk)
    if (this.paused) this.#deadline.off()
    else this.#wait('body-timeout', this.#request.bodyTimeoutMs)
    return !this.paused
  }

  lull(): void {
    if (this.#headSeen && !this.#finished) this.#sink.onLull()
  }

  complete(): void {
    if (!this.#finish()) return
    this.#sink.onEnd()
  }

  fail(fault: UpstreamFault, cause?: Error): void {
    if (!this.#finish()) return
    this.#sink.onFault(fault, cause)
  }

  overdue(now: number): UpstreamFault | null {
    return this.#deadline.overdue(now)
  }

  #breakOff(cause?: Error): void {
    if (this.#finished) return
    if (this.connection === null) this.#owner.forget(this)
    else this.connection.destroy()
    this.fail('aborted', cause)
  }

  #finish(): boolean {
    if (this.#finished) return false
    this.#finished = true
    this.#blocked = false
    this.#heldBody = null
    this.connection = null
    this.#socket = null
    this.#owner.finished()
    return true
  }

  #put(socket: Socket, chunk: Buffer, spent: boolean): boolean {
    const onWritten = spent ? givingBack(chunk) : undefined
    if (this.#bodyLeft >= 0) return socket.write(chunk, onWritten)
    socket.cork()
    socket.write(`${chunk.length.toString(16)}\r\n`, 'latin1')
    socket.write(chunk, onWritten)
    const room = socket.write('\r\n', 'latin1')
    socket.uncork()
    return room
  }

  /** The head is due once the upstream has all, or does not take more; a slow client is not its fault. */
  #awaitUpstream(): void {
    if (this.#headSeen) return
    if (this.bodyDone || this.#blocked)
      this.#wait('headers-timeout', this.#request.headersTimeoutMs)
    else this.#deadline.off()
  }

  #wait(fault: UpstreamFault, limitMs: number): void {
    this.#deadline.set(fault, limitMs, this.#owner.awake.monotonic())
  }
}
