import { BlockList, isIP, isIPv6 } from 'node:net'

/** `http://host:port` or `https://host`, and nothing else: the client's path is never joined to another. */
export function isOrigin(text: string): boolean {
  if (!/^https?:\/\/[^/\\?#@\s]+$/.test(text) || !URL.canParse(text)) return false
  return new URL(text).port !== '0'
}

/**
 * An origin as browsers write it (RFC 6454 section 6.2): no path, no default port, lower case. In the
 * place of an http or https host's first label may stand `*`, with more than a top-level domain behind it.
 */
export function isWebOrigin(text: string): boolean {
  if (/^https?:/.test(text)) {
    const named = text.replace(/^(https?:\/\/)\*\.(?=[^.]+\.[^.]|localhost\b)/, '$1any.')
    return !named.includes('*') && URL.canParse(named) && new URL(named).origin === named
  }
  // Of apps that are web pages inside, such as capacitor://localhost.
  return /^[a-z][a-z0-9+.-]*:\/\/[a-z0-9._-]+(?::\d+)?$/.test(text)
}

const label = '[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?'
const hostName = new RegExp(`^(?:\\*\\.)?${label}(?:\\.${label})*$`)

/** A lower-case host name or address without port, or `*.suffix`. */
export function isHostPattern(text: string): boolean {
  if (text.startsWith('[')) return text.endsWith(']') && isIPv6(text.slice(1, -1))
  return text.length <= 253 && hostName.test(text)
}

/** A path that the gateway's own canonical form leaves as it is, without anything to be decoded. */
export function isCanonicalPath(text: string): boolean {
  if (text === '/') return true
  const segments = text.slice(1).split('/')
  return (
    text.startsWith('/') &&
    segments.every(name => /^[\w.~!$&'()*+,=:@-]+$/.test(name) && name !== '.' && name !== '..')
  )
}

/** An IP address, or a range in CIDR form (RFC 4632, RFC 4291 section 2.3). */
export function isAddressRange(text: string): boolean {
  const [address = '', bits, ...rest] = text.split('/')
  const version = isIP(address)
  if (version === 0 || address.includes('%') || rest.length > 0) return false
  if (bits === undefined) return true
  return /^(?:0|[1-9]\d{0,2})$/.test(bits) && Number(bits) <= (version === 4 ? 32 : 128)
}

const mapped = new BlockList()
mapped.addSubnet('::ffff:0:0', 96, 'ipv6')

/** Whether a range is of IPv4 addresses in the form of IPv6 (RFC 4291 section 2.5.5.2). */
export function isMapped(range: string): boolean {
  const [address = '', bits = 128] = range.split('/')
  return isIPv6(address) && Number(bits) >= 96 && mapped.check(address, 'ipv6')
}
