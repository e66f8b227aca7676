import { METHODS } from 'node:http'
import type { ProcessConfig } from '../../config/schema-process.ts'
import type { Refusal } from '../../errors.ts'

export type HeadLimits = Pick<ProcessConfig['limits'], 'maxHeaderBytes' | 'maxUrlBytes'>

/** A field section of HTTP/2 as HTTP/1.1 would have said it, for admission to judge. */
export type Http2Head =
  | {
      readonly ok: true
      readonly method: string
      readonly target: string
      /** Flat name/value pairs with Host and framing, without pseudo-headers. */
      readonly rawHeaders: readonly string[]
    }
  | { readonly ok: false; readonly refusal: Refusal }

/** RFC 9113 section 8.2.2: they speak of a connection, which HTTP/2 has other means for. */
const ofConnections = new Set([
  'connection',
  'keep-alive',
  'proxy-connection',
  'transfer-encoding',
  'upgrade',
  'http2-settings',
])

/** Those of HTTP/1.1, whose parser knows no others: `trace` would pass where TRACE may not. */
const methods: ReadonlySet<string> = new Set(METHODS)

/** What a field costs in HTTP/1.1 beside its name and its value: a colon, a space and the line's end. */
const lineBytes = 4

/**
 * Puts a request of HTTP/2 (RFC 9113 section 8.3.1) into the words of HTTP/1.1, or refuses it.
 * `fields` are flat, names lower-case; `endsHere`: no body follows. What could become another request
 * on its way down to HTTP/1.1 is refused here even where nghttp2 would not have let it through.
 */
export function readHead(
  fields: readonly string[],
  endsHere: boolean,
  limits: HeadLimits,
): Http2Head {
  const rawHeaders: string[] = []
  const hosts: string[] = []
  let method = ''
  let target = ''
  let scheme = ''
  let authority: string | null = null
  let cookies: string | null = null
  let isFramed = endsHere
  let bytes = 0

  for (let at = 0; at < fields.length; at += 2) {
    const name = fields[at] as string
    const value = fields[at + 1] as string
    bytes += name.length + value.length + lineBytes
    switch (name) {
      case ':method':
        method = value
        break
      case ':path':
        target = value
        break
      case ':scheme':
        scheme = value
        break
      case ':authority':
        authority = value
        break
      case 'host':
        hosts.push(value)
        break
      case 'cookie':
        // Section 8.2.3: in pieces for the sake of compression, one line elsewhere.
        cookies = cookies === null ? value : `${cookies}; ${value}`
        break
      case 'te':
        if (value.toLowerCase() !== 'trailers') return refused('bad-request')
        break
      case 'content-length':
        isFramed = true
        rawHeaders.push(name, value)
        break
      default:
        if (name.startsWith(':') || ofConnections.has(name)) return refused('bad-request')
        rawHeaders.push(name, value)
    }
  }
  if (method === 'CONNECT') return refused('method-not-allowed')
  if (!methods.has(method)) return refused('bad-request')
  if (target.length > limits.maxUrlBytes) return refused('target-too-long')
  if (bytes > limits.maxHeaderBytes) return refused('headers-too-large')
  // Of another scheme the path could be anything, and would be read as an absolute target.
  if (scheme !== 'https' && scheme !== 'http') return refused('bad-target')
  if (!target.startsWith('/')) return refused('bad-target')

  // Where the two disagree there are two Hosts, which admission refuses.
  if (authority !== null) rawHeaders.push('host', authority)
  for (const host of hosts) {
    if (host.toLowerCase() !== authority?.toLowerCase()) rawHeaders.push('host', host)
  }
  if (cookies !== null) rawHeaders.push('cookie', cookies)
  if (!isFramed) rawHeaders.push('transfer-encoding', 'chunked')
  return { ok: true, method, target, rawHeaders }
}

function refused(refusal: Refusal): Http2Head {
  return { ok: false, refusal }
}
