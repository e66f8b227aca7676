import { isIP, isIPv6 } from 'node:net'
import ipaddr from 'ipaddr.js'

type Range = [ipaddr.IPv4 | ipaddr.IPv6, number]

/** Most addresses whose trust is remembered; a full memory is emptied. */
const maxRemembered = 10_000

/** Tells which peers are trusted proxies. */
export interface Peers {
  isTrusted(address: string): boolean
}

/** `trusted`: addresses or CIDR ranges, already validated by the configuration. */
export function createPeers(trusted: readonly string[]): Peers {
  const ranges: Range[] = trusted.map(text =>
    text.includes('/')
      ? ipaddr.parseCIDR(text)
      : [ipaddr.process(text), text.includes(':') ? 128 : 32],
  )
  const remembered = new Map<string, boolean>()

  function lookUp(address: string): boolean {
    if (!ipaddr.isValid(address)) return false
    const parsed = ipaddr.process(address)
    return ranges.some(
      ([network, bits]) => parsed.kind() === network.kind() && parsed.match(network, bits),
    )
  }

  return {
    isTrusted(address) {
      if (ranges.length === 0) return false
      const known = remembered.get(address)
      if (known !== undefined) return known
      const fresh = lookUp(address)
      if (remembered.size >= maxRemembered) remembered.clear()
      remembered.set(address, fresh)
      return fresh
    },
  }
}

/** An address without the `::ffff:` that dual-stack sockets put before IPv4. */
export function plainAddress(address: string | undefined): string {
  if (address === undefined) return ''
  // In `::ffff:7f00:1` the rest would be no address any more.
  return address.startsWith('::ffff:') && address.includes('.') ? address.slice(7) : address
}

/** An IPv4 address as nearly all come; a leading zero would be another base. */
const plainIPv4 = /^(?:(?:0|[1-9]\d{0,2})\.){3}(?:0|[1-9]\d{0,2})$/

/**
 * The first half of an IPv6 address, where none of it is left out, as it is written canonically (RFC
 * 5952); not of one that begins with 0, which may be an IPv4 address.
 */
const plainPrefix = /^[1-9a-f][\da-f]{0,3}:(?:(?:0|[1-9a-f][\da-f]{0,3}):){3}/

/**
 * The network of a client: the /64 of an IPv6 address, all of which one client may have (RFC 6177,
 * RFC 8981), an IPv4 address as it is, also where it is written as an IPv6 one. What is no address
 * stays as it is.
 */
export function clientNetwork(address: string): string {
  if (plainIPv4.test(address)) return address
  const prefix = plainPrefix.exec(address)?.[0]
  // Whoever floods from IPv6 is met here, and reading the whole of it takes many times as long.
  if (prefix !== undefined && isIPv6(address)) return `${prefix}:/64`
  if (!ipaddr.isValid(address)) return address
  const parsed = ipaddr.process(address)
  if (parsed instanceof ipaddr.IPv4) return parsed.toString()
  const groups = parsed.parts.slice(0, 4).map(group => group.toString(16))
  return `${groups.join(':')}::/64`
}

/** RFC 7239 section 6.2: its word for a client that a proxy cannot or will not name. */
export const unknownAddress = 'unknown'

/** An address as it is, or with its port, which some load balancers write. */
const withPort = /^(?:(\d+\.\d+\.\d+\.\d+)|\[([\d.:A-Fa-f]+)\])(?::\d{1,5})?$/

/**
 * The client's address by X-Forwarded-For, read from the right: each entry is believed as long as
 * the one that wrote it is trusted. Behind an entry that is no address nobody knows the client, who
 * must not be taken for the proxy that wrote it: a list may well let that in.
 */
export function clientAddress(peer: string, forwardedFor: string, peers: Peers): string {
  // A proxy that empties the header says nothing.
  if (forwardedFor.trim() === '') return peer
  let address = peer
  for (const entry of forwardedFor.split(',').reverse()) {
    if (!peers.isTrusted(address)) break
    const written = entry.trim()
    const [, four, six] = withPort.exec(written) ?? []
    const candidate = four ?? six ?? written
    if (isIP(candidate) === 0) return unknownAddress
    address = plainAddress(candidate)
  }
  return address
}
