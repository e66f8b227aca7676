import type { Socket } from 'node:net'
import { Linked } from '../../linked-set.ts'
import type { UpstreamFault } from '../client.ts'
import type { DialTarget } from '../dial-target.ts'
import { refusesOurCertificate } from '../tls-trouble.ts'
import { AnswerParser } from './answer-parser.ts'
import { dial } from './dial.ts'
import type { Http1Exchange } from './exchange.ts'
import { ProtocolError } from './protocol-error.ts'

export interface ConnectionOwner {
  /** The connection is free and may carry another request. */
  released(connection: Connection): void
  /** The connection carries nothing any more; its socket may still be closing. */
  dropped(connection: Connection): void
  /** Its socket is closed. */
  closed(): void
}

type Phase = 'dialing' | 'handshaking' | 'open'

const lostAs: Record<Phase, UpstreamFault> = {
  dialing: 'connect-failed',
  handshaking: 'tls-failed',
  open: 'reset',
}

/** One socket to the upstream and the exchange that has it, if any. */
export class Connection extends Linked {
  exchange: Http1Exchange | null
  /** Monotonic milliseconds of the last release. */
  idleSince = 0
  readonly #target: DialTarget
  readonly #parser: AnswerParser
  readonly #owner: ConnectionOwner
  readonly #socket: Socket
  #phase: Phase = 'dialing'
  #reading = true
  #destroyed = false

  /** Dials for `exchange`, which is written as soon as the connection stands. */
  constructor(
    target: DialTarget,
    exchange: Http1Exchange,
    maxHeaderBytes: number,
    owner: ConnectionOwner,
  ) {
    super()
    this.exchange = exchange
    exchange.connection = this
    this.#target = target
    this.#owner = owner
    this.#parser = new AnswerParser(maxHeaderBytes)
    const socket = dial(target, (length, bytes) => this.#read(length, bytes))
    this.#socket = socket
    socket.on('connect', () => {
      if (target.secure) this.#phase = 'handshaking'
      else this.#opened()
    })
    socket.on('secureConnect', () => this.#opened())
    socket.on('drain', () => this.exchange?.drained())
    socket.on('end', () => this.#ended())
    socket.on('error', error => this.#lost(error))
    socket.on('close', () => {
      this.#lost()
      owner.closed()
    })
  }

  get idleLimitMs(): number {
    return this.#parser.idleLimitMs
  }

  assign(exchange: Http1Exchange): void {
    this.exchange = exchange
    this.#parser.begin(exchange.method, exchange)
    exchange.start(this, this.#socket)
  }

  resumeReading(): void {
    if (this.#reading) return
    this.#reading = true
    this.#socket.resume()
  }

  /** Closes at once, telling the exchange nothing. */
  destroy(): void {
    if (this.#destroyed) return
    this.#destroyed = true
    this.exchange = null
    this.#parser.stop()
    this.#socket.destroy()
    this.#owner.dropped(this)
  }

  /** Closes at once with a fault for the exchange. */
  fail(fault: UpstreamFault, cause?: Error): void {
    const exchange = this.exchange
    this.destroy()
    exchange?.fail(fault, cause)
  }

  #opened(): void {
    this.#phase = 'open'
    if (this.exchange !== null) this.assign(this.exchange)
  }

  /** Returns whether to go on reading. */
  #read(length: number, bytes: Buffer): boolean {
    const exchange = this.exchange
    if (exchange === null) {
      // Bytes that nobody asked for must never become the next request's answer.
      this.destroy()
      return false
    }
    exchange.answered = true
    let whole: boolean
    try {
      whole = this.#parser.feed(bytes, length)
    } catch (error) {
      if (!(error instanceof ProtocolError)) throw error
      this.fail('protocol', error)
      return false
    }
    if (whole) this.#complete(exchange)
    else exchange.lull()
    // An idle connection goes on reading, so that bytes nobody asked for and a FIN are seen.
    const wanted = this.exchange?.paused !== true
    // TLS may hand out what it had decrypted after a pause; if that ends the pause, reading starts again.
    if (wanted) this.resumeReading()
    this.#reading = wanted
    return wanted
  }

  #complete(exchange: Http1Exchange): void {
    // An early answer leaves the rest of the request unsent: what follows would be taken for its body.
    const clean = this.#parser.reusable && exchange.bodyDone && this.#socket.writableLength === 0
    this.exchange = null
    this.#parser.stop()
    if (clean) {
      this.#owner.released(this)
    } else {
      this.destroy()
    }
    exchange.complete()
  }

  #ended(): void {
    const exchange = this.exchange
    if (exchange !== null && this.#parser.finish()) {
      this.destroy()
      exchange.complete()
    } else {
      this.#lost()
    }
  }

  #lost(cause?: Error): void {
    if (this.#destroyed) return
    const fault = refusesOurCertificate(cause) ? 'tls-failed' : lostAs[this.#phase]
    if (fault === 'tls-failed') this.#target.tlsFailed(cause)
    this.fail(fault, cause)
  }
}
