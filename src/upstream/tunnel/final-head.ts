import { type AnswerHead, readAnswerHead } from '../http1/answer-head.ts'
import { ProtocolError } from '../http1/protocol-error.ts'

const emptyLine = '\r\n\r\n'

/** The final head of the answer to an upgrade request. */
export interface FinalHead extends AnswerHead {
  /** Whether it is HTTP/1.1 and not 1.0. */
  readonly modern: boolean
  /** The head itself and what came behind it. */
  readonly bytes: Buffer
  /** Where in `bytes` the head ends. */
  readonly end: number
}

/** Finds the final head in pieces of any size. */
export interface FinalHeadReader {
  /** Null while it is not whole. Throws ProtocolError. */
  push(chunk: Buffer): FinalHead | null
}

/**
 * Interim answers other than 101 are passed over; they count towards `maxBytes`, so that an upstream
 * cannot send them without end.
 */
export function createFinalHeadReader(maxBytes: number): FinalHeadReader {
  let held: Buffer = Buffer.alloc(0)
  let passedOver = 0

  return {
    push(chunk) {
      held = held.length === 0 ? chunk : Buffer.concat([held, chunk])
      for (;;) {
        const at = held.indexOf(emptyLine)
        const end = at < 0 ? held.length : at + emptyLine.length
        if (passedOver + end > maxBytes) throw new ProtocolError('head-too-large')
        if (at < 0) return null
        const text = held.toString('latin1', 0, at)
        const head = readAnswerHead(text, at, 'GET')
        if (head.status >= 200 || head.status === 101) {
          return { ...head, modern: text.startsWith('HTTP/1.1'), bytes: held, end }
        }
        passedOver += end
        held = held.subarray(end)
      }
    },
  }
}
