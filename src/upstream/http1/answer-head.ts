import { type FieldNames, readFields } from './fields.ts'
import { ProtocolError } from './protocol-error.ts'

const statusLine = /^HTTP\/1\.[01] [1-5]\d\d(?: [\t\x20-\x7e\x80-\xff]*)?$/
/** Fifteen digits stay below 2^53, so the count is exact. */
const contentLength = /^\d{1,15}$/
const keepAliveTimeout = /(?:^|[,;\s])timeout\s*=\s*"?(\d{1,9})/i
/** A server that says it closes after N seconds closes a little earlier as seen from here. */
const keepAliveMarginMs = 1000

/** How long the body is, when not a number of bytes. */
export const chunked = -1
export const untilClose = -2

export interface AnswerHead {
  readonly status: number
  /** Flat, names lower-case. */
  readonly headers: string[]
  /** Bytes of the body, or `chunked`, or `untilClose`. */
  readonly bodyLength: number
  /** Whether another request may follow on the connection once the answer is whole. */
  readonly reusable: boolean
  /** How long the upstream says it keeps an idle connection, less a margin; Infinity when it does not say. */
  readonly idleLimitMs: number
}

/**
 * Reads a whole head: `text` up to `end`, the empty line left out. Throws ProtocolError. Framing is as
 * RFC 9112 section 6.3, but where the RFC lets a recipient repair (equal Content-Length values, Content-Length
 * beside chunked) the answer is refused: two readers could disagree on where it ends.
 */
export function readAnswerHead(
  text: string,
  end: number,
  method: string,
  names?: FieldNames,
): AnswerHead {
  let lineEnd = text.indexOf('\r\n')
  if (lineEnd === -1 || lineEnd > end) lineEnd = end
  if (!statusLine.test(text.slice(0, lineEnd))) throw new ProtocolError('status-line')
  const status = Number(text.slice(9, 12))
  const modern = text.charCodeAt(7) === 49
  const headers = readFields(text, lineEnd + 2, end, names)

  let length = ''
  let coding = ''
  let connection = ''
  let idleLimitMs = Number.POSITIVE_INFINITY
  for (let i = 0; i < headers.length; i += 2) {
    const value = headers[i + 1] as string
    switch (headers[i]) {
      case 'content-length':
        if (length !== '' || !contentLength.test(value)) throw new ProtocolError('content-length')
        length = value
        break
      case 'transfer-encoding':
        if (coding !== '' || !modern || value.toLowerCase() !== 'chunked') {
          throw new ProtocolError('transfer-encoding')
        }
        coding = value
        break
      case 'connection':
        connection += `,${value.toLowerCase()}`
        break
      case 'keep-alive': {
        const seconds = keepAliveTimeout.exec(value)?.[1]
        if (seconds !== undefined) idleLimitMs = Number(seconds) * 1000 - keepAliveMarginMs
      }
    }
  }
  if (length !== '' && coding !== '') throw new ProtocolError('transfer-encoding')

  const declared = coding !== '' ? chunked : length !== '' ? Number(length) : untilClose
  const bodiless = method === 'HEAD' || status === 204 || status === 304 || status < 200
  const bodyLength = bodiless ? 0 : declared
  const kept = connection === '' ? modern : staysOpen(connection, modern)
  // A 204 that announces a body may go on to send it, and it would be read as the next answer.
  const trusted = status !== 204 || (coding === '' && (length === '' || Number(length) === 0))
  const reusable = kept && trusted && bodyLength !== untilClose && idleLimitMs > 0
  return { status, headers, bodyLength, reusable, idleLimitMs }
}

function staysOpen(connection: string, modern: boolean): boolean {
  // Nearly every answer says just this, or nothing.
  if (connection === ',keep-alive') return true
  const options = connection.split(',').map(option => option.trim())
  if (options.includes('close')) return false
  return modern || options.includes('keep-alive')
}
