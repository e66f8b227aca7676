import type { ResponseSink } from '../client.ts'
import { chunked, readAnswerHead, untilClose } from './answer-head.ts'
import { ChunkedDecoder } from './chunked-decoder.ts'
import { noNames } from './fields.ts'
import { ProtocolError } from './protocol-error.ts'

/** A head is usually this small; a larger one is read in several such steps. */
const headWindow = 4096
const maxInterimAnswers = 16
const emptyLine = '\r\n\r\n'
const brokenLineEnd = /(?:^|[^\r])\n|\r[^\n]/
const versionPrefix = 'HTTP/1.'

type Phase = 'head' | 'body' | 'done' | 'off'

export type AnswerEvents = Pick<ResponseSink, 'borrows' | 'onInformation' | 'onHead' | 'onData'>

/** While no answer is due. */
const nobody: AnswerEvents = {
  borrows: false,
  onInformation() {},
  onHead() {},
  onData: () => true,
}

/**
 * Reads answers of one connection, one after another, from pieces of any size. Bytes are only borrowed
 * during `feed`; what must live longer is copied.
 */
export class AnswerParser {
  /** Of the answer read last: whether the connection may carry another request. */
  reusable = false
  /** Of the answer read last; see AnswerHead. */
  idleLimitMs = Number.POSITIVE_INFINITY
  readonly #maxHeaderBytes: number
  readonly #names = noNames()
  #phase: Phase = 'off'
  #method = ''
  #events = nobody
  #partialHead = ''
  #interimAnswers = 0
  #bytesLeft = 0
  #decoder: ChunkedDecoder | null = null

  constructor(maxHeaderBytes: number) {
    this.#maxHeaderBytes = maxHeaderBytes
  }

  /** Expects the answer to a request with `method`. */
  begin(method: string, events: AnswerEvents): void {
    this.#phase = 'head'
    this.#method = method
    this.#events = events
    this.#partialHead = ''
    this.#interimAnswers = 0
    this.#decoder = null
    this.reusable = false
  }

  /** Tells nothing more, also when called from within an event, and holds on to nobody. */
  stop(): void {
    this.#phase = 'off'
    this.#events = nobody
  }

  /** Reads `length` bytes; returns true once the answer is whole. Throws ProtocolError. */
  feed(bytes: Buffer, length: number): boolean {
    let at = 0
    while (this.#phase === 'head' && at < length) at = this.#takeHead(bytes, at, length)
    if (this.#phase === 'body' && at < length) at = this.#takeBody(bytes, at, length)
    if (this.#phase !== 'done') return false
    // Bytes behind the answer belong to no request of ours.
    if (at < length) this.reusable = false
    return true
  }

  /** The upstream sent its FIN: returns true when that is how the answer was meant to end. */
  finish(): boolean {
    const whole = this.#phase === 'body' && this.#bytesLeft === Number.POSITIVE_INFINITY
    this.#phase = 'off'
    return whole
  }

  #takeHead(bytes: Buffer, start: number, length: number): number {
    const known = this.#partialHead.length
    const window = bytes.toString('latin1', start, Math.min(length, start + headWindow))
    const text = known === 0 ? window : this.#partialHead + window
    const end = text.indexOf(emptyLine, Math.max(0, known - 3))
    const headBytes = end === -1 ? text.length : end + emptyLine.length
    if (headBytes > this.#maxHeaderBytes) throw new ProtocolError('head-too-large')
    if (end === -1) {
      // Refused as soon as it can be seen, not when a timeout finds that the head never ends.
      if (brokenLineEnd.test(text)) throw new ProtocolError('line-end')
      if (!versionPrefix.startsWith(text.slice(0, versionPrefix.length)))
        throw new ProtocolError('status-line')
      this.#partialHead = text
      return start + window.length
    }
    this.#partialHead = ''
    this.#onHead(text, end)
    return start + headBytes - known
  }

  #onHead(text: string, end: number): void {
    const head = readAnswerHead(text, end, this.#method, this.#names)
    if (head.status < 200) {
      // No request of ours asks for an upgrade; WebSockets have a path of their own.
      if (head.status === 101) throw new ProtocolError('unasked-upgrade')
      if (++this.#interimAnswers > maxInterimAnswers) throw new ProtocolError('too-many-interim')
      this.#events.onInformation(head.status, head.headers)
      return
    }
    this.reusable = head.reusable
    this.idleLimitMs = head.idleLimitMs
    this.#phase = head.bodyLength === 0 ? 'done' : 'body'
    this.#bytesLeft = head.bodyLength === untilClose ? Number.POSITIVE_INFINITY : head.bodyLength
    if (head.bodyLength === chunked) this.#decoder = new ChunkedDecoder()
    this.#events.onHead(head.status, head.headers)
  }

  #takeBody(bytes: Buffer, start: number, length: number): number {
    const decoder = this.#decoder
    const { borrows } = this.#events
    const available = length - start
    if (decoder !== null) {
      // All chunks of one read become one piece: a flood of tiny chunks makes no flood of events. What is
      // lent is decoded in place, since the data is never ahead of its framing.
      const output = borrows ? bytes.subarray(start, length) : Buffer.allocUnsafe(available)
      const size = decoder.decode(bytes, start, length, output)
      if (size > 0) this.#events.onData(output.subarray(0, size))
      this.#bodyEndsWhen(decoder.done)
      return decoder.position
    }
    const size = Math.min(available, this.#bytesLeft)
    this.#bytesLeft -= size
    this.#events.onData(borrows ? bytes.subarray(start, start + size) : copyOf(bytes, start, size))
    this.#bodyEndsWhen(this.#bytesLeft === 0)
    return start + size
  }

  #bodyEndsWhen(whole: boolean): void {
    if (whole && this.#phase === 'body') this.#phase = 'done'
  }
}

function copyOf(bytes: Buffer, start: number, size: number): Buffer {
  const copy = Buffer.allocUnsafe(size)
  bytes.copy(copy, 0, start, start + size)
  return copy
}
