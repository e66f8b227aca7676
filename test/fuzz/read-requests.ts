/** A request as RFC 9112 reads it. */
export interface SentRequest {
  readonly method: string
  /** In origin form, its path in canonical escapes (RFC 3986 section 6.2.2). */
  readonly target: string
  /** Names in lower case. */
  readonly headers: readonly (readonly [name: string, value: string])[]
  /** Without its framing; what has come of it where `whole` is false. */
  readonly body: string
  readonly whole: boolean
  /** Asks for a WebSocket: if it gets one, all bytes behind it are the tunnel's. */
  readonly upgrade: boolean
  /** Every byte behind it. */
  readonly behind: string
}

export interface SentRequests {
  readonly requests: readonly SentRequest[]
  /** How the bytes end: with a whole request, within one, or in what is none. */
  readonly rest: 'nothing' | 'incomplete' | 'malformed'
}

const requestLine = /^([!#$%&'*+.^_`|~\w-]+) +([!-~]+) +HTTP\/1\.([01])$/
const headerLine = /^([!#$%&'*+.^_`|~\w-]+):[ \t]*([\t\x20-\x7e\x80-\xff]*)$/
const chunkLine = /^([0-9A-Fa-f]{1,16})((?:[ \t]*;[\t\x20-\x7e\x80-\xff]*)?)$/

interface Body {
  readonly text: string
  /** Where the next request begins; null where the body does not end. */
  readonly end: number | null
  readonly malformed: boolean
}

/**
 * Reads what a client sent by the letter of RFC 9112, and nothing that it leaves to the reader's
 * goodwill but stray line ends before a request line (section 2.2) and more than one space in it
 * (section 3). Written apart from the gateway's
 * parser, so that it can be its judge: what the gateway takes for a request must be one here.
 */
export function readRequests(bytes: string): SentRequests {
  const requests: SentRequest[] = []
  let at = 0
  for (;;) {
    while (bytes[at] === '\r' || bytes[at] === '\n') at++
    if (at === bytes.length) return { requests, rest: 'nothing' }
    const headEnd = bytes.indexOf('\r\n\r\n', at)
    if (headEnd === -1) return { requests, rest: 'incomplete' }
    const [first = '', ...lines] = bytes.slice(at, headEnd).split('\r\n')
    const start = requestLine.exec(first)
    const headers = lines.map(line => headerLine.exec(line))
    const target = start === null ? null : originForm(start[2] as string)
    if (start === null || target === null || headers.includes(null)) {
      return { requests, rest: 'malformed' }
    }
    const fields = headers.map(
      found => [found?.[1]?.toLowerCase() ?? '', found?.[2]?.replace(/[ \t]+$/, '') ?? ''] as const,
    )
    const older = start[3] === '0'
    const body = readBody(bytes, headEnd + 4, fields, older)
    if (body === null) return { requests, rest: 'malformed' }
    const method = start[1] as string
    requests.push({
      method,
      target,
      headers: fields,
      body: body.text,
      whole: body.end !== null,
      upgrade: method === 'GET' && !older && tokens(fields, 'upgrade').includes('websocket'),
      behind: body.end === null ? '' : bytes.slice(body.end),
    })
    if (body.end === null) return { requests, rest: body.malformed ? 'malformed' : 'incomplete' }
    const options = tokens(fields, 'connection')
    // What comes behind the last request of a connection is nobody's (RFC 9112 section 9.6).
    if (options.includes('close') || (older && !options.includes('keep-alive'))) {
      return { requests, rest: 'nothing' }
    }
    at = body.end
  }
}

function originForm(target: string): string | null {
  const [, path, query] = /^(?:https?:\/\/[^/?#]+)?(\/[^?]*|(?=\?|$))(\?.*)?$/i.exec(target) ?? []
  if (path === undefined) return /^(\*|[\w.-]+:\d+)$/.test(target) ? target : null
  const canonical = path.replace(/%[0-9A-Fa-f]{2}/g, octet => {
    const character = String.fromCharCode(Number.parseInt(octet.slice(1), 16))
    return /[\w.~-]/.test(character) ? character : octet.toUpperCase()
  })
  return `${canonical === '' ? '/' : canonical}${query ?? ''}`
}

function tokens(fields: SentRequest['headers'], name: string): string[] {
  const values = fields.filter(([found]) => found === name).map(([, value]) => value)
  return values.flatMap(value => value.split(',').map(token => token.trim().toLowerCase()))
}

/** Null where the framing is ambiguous (RFC 9112 section 6.3). */
function readBody(
  bytes: string,
  start: number,
  fields: SentRequest['headers'],
  older: boolean,
): Body | null {
  const values = (name: string) => fields.filter(([found]) => found === name)
  const lengths = values('content-length')
  const codings = values('transfer-encoding')
  if (lengths.length + codings.length > 1) return null
  const [, coding] = codings[0] ?? []
  if (coding !== undefined) {
    return older || coding.toLowerCase() !== 'chunked' ? null : readChunks(bytes, start)
  }
  const [, length = '0'] = lengths[0] ?? []
  if (!/^\d+$/.test(length)) return null
  const end = start + Number(length)
  return {
    text: bytes.slice(start, end),
    end: end > bytes.length ? null : end,
    malformed: false,
  }
}

function readChunks(bytes: string, start: number): Body {
  let text = ''
  let at = start
  const broken = (malformed: boolean): Body => ({ text, end: null, malformed })
  for (;;) {
    const lineEnd = bytes.indexOf('\r\n', at)
    if (lineEnd === -1) return broken(false)
    const line = chunkLine.exec(bytes.slice(at, lineEnd))
    if (line === null) return broken(true)
    const size = Number.parseInt(line[1] as string, 16)
    at = lineEnd + 2
    if (size === 0) return readTrailers(bytes, at, text)
    text += bytes.slice(at, at + size)
    if (at + size + 2 > bytes.length) return broken(false)
    if (bytes.slice(at + size, at + size + 2) !== '\r\n') return broken(true)
    at += size + 2
  }
}

function readTrailers(bytes: string, start: number, text: string): Body {
  let at = start
  for (;;) {
    const lineEnd = bytes.indexOf('\r\n', at)
    if (lineEnd === -1) return { text, end: null, malformed: false }
    if (lineEnd === at) return { text, end: at + 2, malformed: false }
    if (!headerLine.test(bytes.slice(at, lineEnd))) return { text, end: null, malformed: true }
    at = lineEnd + 2
  }
}
