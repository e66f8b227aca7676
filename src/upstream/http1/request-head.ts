import type { UpstreamRequest } from '../client.ts'
import { isToken } from './fields.ts'
import { createLongValues } from './long-values.ts'

/** RFC 9112 section 3.2, widened to obs-text; a space here would be a second request line. */
const target = /^[\x21-\x7e\x80-\xff]+$/
const usuallyWithBody = new Set(['POST', 'PUT', 'PATCH'])
/** Written here alone. */
const framing = new Set(['content-length', 'transfer-encoding', 'connection'])

/** Most names remembered, and the longest: they are the clients' to choose. */
const maxRemembered = 2000
const maxRememberedLength = 64

/** How a line begins, by the name of its field: nearly all requests have the same few. */
const beginnings = new Map<string, string>()

const values = createLongValues()

/** The end of the line before, the name and its colon. Throws TypeError. */
function beginningOf(name: string): string {
  const known = beginnings.get(name)
  if (known !== undefined) return known
  if (framing.has(name)) throw refused('headers', `without ${name}`)
  if (!isToken(name)) throw refused('header name', 'a token')
  // Joined and not added: a sum would be added up again in each head.
  const beginning = ['\r\n', name, ': '].join('')
  if (beginnings.size < maxRemembered && name.length <= maxRememberedLength) {
    beginnings.set(name, beginning)
  }
  return beginning
}

/**
 * Writes the head of a request. Throws TypeError for anything that could end a line early, for a `host`
 * missing or given twice and for framing headers, which are written here alone: such a request comes from a
 * mistake in the gateway, not from a client, and not one byte of it may leave.
 */
export function writeRequestHead(request: UpstreamRequest): string {
  const { method, headers, bodyLength } = request
  if (!isToken(method)) throw refused('method', 'a token')
  if (!target.test(request.target)) throw refused('target', 'without spaces and control characters')
  let head = `${method} ${request.target} HTTP/1.1`
  let hosts = 0
  for (let i = 0; i < headers.length; i += 2) {
    const name = headers[i] as string
    const value = headers[i + 1] as string
    if (name === 'host') hosts++
    const beginning = beginningOf(name)
    if (!values.isFieldValue(value)) throw refused(`header ${name}`, 'without control characters')
    head = head + beginning + value
  }
  if (hosts !== 1) throw refused('headers', 'with exactly one host')
  if (bodyLength < 0) return `${head}\r\ntransfer-encoding: chunked\r\n\r\n`
  if (bodyLength > 0 || usuallyWithBody.has(method))
    return `${head}\r\ncontent-length: ${bodyLength}\r\n\r\n`
  return `${head}\r\n\r\n`
}

const refused = (what: string, rule: string): TypeError =>
  new TypeError(`Cannot send a request upstream: its ${what} must be ${rule}`)
