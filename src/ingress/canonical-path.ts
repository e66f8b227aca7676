/**
 * One canonical path decides route, auth, limits and upstream target alike (RFC 3986 section 6.2.2).
 * Percent-encoded unreserved characters are decoded and hex digits upper-cased, which changes no
 * meaning. Whatever a backend might read as another path is refused: dot segments in any spelling,
 * encoded or doubled slashes, backslashes, control characters and double encodings.
 */

/** Segments of plain characters, none of which begins with a dot: nearly every request. */
const plain = /^(?:\/|(?:\/[\w~!$&'()*+,=:@-][\w~!$&'()*+,=:@.-]*)+\/?)$/
/** A backslash, a fragment, or an escape that would be one more escape after decoding. */
const ambiguous = /[\\#]|%25[0-9A-Fa-f]{2}/
const visible = /^[!-~]*$/
const unreserved = /^[A-Za-z0-9._~-]$/

/** Returns the canonical form of an origin-form path (no query), or null when it must be refused. */
export function canonicalPath(path: string): string | null {
  if (plain.test(path)) return path
  if (path.charCodeAt(0) !== 0x2f || !visible.test(path)) return null
  const decoded = path.includes('%') ? decodeUnreserved(path) : path
  if (decoded === null || ambiguous.test(decoded)) return null
  for (const segment of decoded.slice(1).split('/').slice(0, -1)) {
    if (segment === '') return null
  }
  for (const segment of decoded.split('/')) {
    const [name] = segment.split(';', 1)
    if (name === '.' || name === '..') return null
    // Parameters alone: an empty segment to a backend that cuts them off.
    if (name === '' && segment !== '') return null
  }
  return decoded
}

/**
 * The path as a backend sees it that cuts `;parameters` off each segment (Tomcat, Jetty). Where it
 * would take another route than the path itself, the request is ambiguous.
 */
export function withoutParameters(path: string): string {
  return path.replace(/;[^/]*/g, '')
}

/** Null where an escape is malformed or stands for a slash, a backslash or a control character. */
function decodeUnreserved(path: string): string | null {
  let decoded = ''
  for (let at = 0; at < path.length; at++) {
    if (path[at] !== '%') {
      decoded += path[at]
      continue
    }
    const hex = path.slice(at + 1, at + 3)
    if (!/^[0-9A-Fa-f]{2}$/.test(hex)) return null
    const byte = Number.parseInt(hex, 16)
    const character = String.fromCharCode(byte)
    if (byte < 0x20 || byte === 0x7f || character === '/' || character === '\\') return null
    decoded += unreserved.test(character) ? character : `%${hex.toUpperCase()}`
    at += 2
  }
  return decoded
}
