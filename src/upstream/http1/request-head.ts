import type { UpstreamRequest } from '../client.ts'
import { isFieldValue, isToken } from './fields.ts'

/** RFC 9112 section 3.2, widened to obs-text; a space here would be a second request line. */
const target = /^[\x21-\x7e\x80-\xff]+$/
const usuallyWithBody = new Set(['POST', 'PUT', 'PATCH'])

/**
 * Writes the head of a request. Throws TypeError for anything that could end a line early, for a `host`
 * missing or given twice and for framing headers, which are written here alone: such a request comes from a
 * mistake in the gateway, not from a client, and not one byte of it may leave.
 */
export function writeRequestHead(request: UpstreamRequest): string {
  const { method, headers, bodyLength } = request
  if (!isToken(method)) throw refused('method', 'a token')
  if (!target.test(request.target)) throw refused('target', 'without spaces and control characters')
  let head = `${method} ${request.target} HTTP/1.1\r\n`
  let hosts = 0
  for (let i = 0; i < headers.length; i += 2) {
    const name = headers[i] as string
    const value = headers[i + 1] as string
    if (name === 'host') hosts++
    if (name === 'content-length' || name === 'transfer-encoding' || name === 'connection') {
      throw refused('headers', `without ${name}`)
    }
    if (!isToken(name)) throw refused('header name', 'a token')
    if (!isFieldValue(value)) throw refused(`header ${name}`, 'without control characters')
    head += `${name}: ${value}\r\n`
  }
  if (hosts !== 1) throw refused('headers', 'with exactly one host')
  if (bodyLength < 0) return `${head}transfer-encoding: chunked\r\n\r\n`
  if (bodyLength > 0 || usuallyWithBody.has(method))
    return `${head}content-length: ${bodyLength}\r\n\r\n`
  return `${head}\r\n`
}

const refused = (what: string, rule: string): TypeError =>
  new TypeError(`Cannot send a request upstream: its ${what} must be ${rule}`)
