/**
 * The first acceptable value among the cookies of that name in flat request headers, or undefined. A
 * cookie of the same name that a sibling domain or another path has set comes first at times, and
 * must not hide ours. Reads in place instead of splitting, since it runs for every request; a name
 * inside another cookie's name or value is not taken for a cookie (RFC 6265 section 4.2.1).
 */
export function readCookie(
  headers: readonly string[],
  name: string,
  accepts: (value: string) => boolean,
): string | undefined {
  for (let i = 0; i < headers.length; i += 2) {
    if (headers[i] !== 'cookie') continue
    const value = cookieIn(headers[i + 1] as string, name, accepts)
    if (value !== undefined) return value
  }
  return undefined
}

function cookieIn(
  header: string,
  name: string,
  accepts: (value: string) => boolean,
): string | undefined {
  let at = header.indexOf(name)
  for (; at !== -1; at = header.indexOf(name, at + name.length)) {
    const valueAt = at + name.length + 1
    if (header[valueAt - 1] !== '=' || !startsPair(header, at)) continue
    const end = header.indexOf(';', valueAt)
    const value = end === -1 ? header.slice(valueAt) : header.slice(valueAt, end)
    if (accepts(value)) return value
  }
  return undefined
}

function startsPair(header: string, at: number): boolean {
  let before = at - 1
  while (header[before] === ' ') before -= 1
  return before < 0 || header[before] === ';'
}

/** One year in seconds: a visitor of last month must still get the same variant. */
const maxAgeSeconds = 31_536_000

/** A `Set-Cookie` value for a cookie of the gateway's own, out of reach for scripts. */
export function writeCookie(name: string, value: string, scheme: 'http' | 'https'): string {
  const cookie = `${name}=${value}; Path=/; HttpOnly; SameSite=Lax; Max-Age=${maxAgeSeconds}`
  return scheme === 'https' ? `${cookie}; Secure` : cookie
}
