import { BlockList, isIP, isIPv4 } from 'node:net'
import type { AddressesConfig } from '../config/schema-entrance.ts'

export type AddressFault = 'address-unreadable' | 'address-denied' | 'address-not-listed'

/** Null: it may come in. */
export type AddressRule = (address: string) => AddressFault | null

/** Most addresses whose verdict is remembered; a full memory is emptied. */
const maxRemembered = 10_000

/** Every IPv4 address in its mapped form, RFC 4291 section 2.5.5.2. */
const mapped = new BlockList()
mapped.addSubnet('::ffff:0:0', 96, 'ipv6')

/**
 * Who may come in by the address that ingress settled on. `deny` wins over `allow`; without `allow`
 * everybody may whom `deny` does not name. An address that cannot be read is in no list that could be
 * trusted to be whole, so it stays outside.
 */
export function createAddressRule({ allow, deny = [] }: AddressesConfig): AddressRule {
  const isDenied = createRanges(deny)
  const isAllowed = allow === undefined ? () => true : createRanges(allow)
  const remembered = new Map<string, AddressFault | null>()

  function judge(address: string): AddressFault | null {
    if (isIP(address) === 0) return 'address-unreadable'
    if (isDenied(address)) return 'address-denied'
    return isAllowed(address) ? null : 'address-not-listed'
  }

  return address => {
    const known = remembered.get(address)
    if (known !== undefined) return known
    const fresh = judge(address)
    if (remembered.size >= maxRemembered) remembered.clear()
    remembered.set(address, fresh)
    return fresh
  }
}

/**
 * Whether an address is in one of the ranges. IPv4 is matched by IPv4 ranges only, in whichever form
 * it comes: `::/0` says nothing about it.
 */
function createRanges(ranges: readonly string[]): (address: string) => boolean {
  const four = new BlockList()
  const six = new BlockList()
  for (const range of ranges) {
    const [network = '', bits] = range.split('/')
    const isFour = isIPv4(network)
    const prefix = bits === undefined ? (isFour ? 32 : 128) : Number(bits)
    if (isFour) four.addSubnet(network, prefix, 'ipv4')
    else six.addSubnet(network, prefix, 'ipv6')
  }
  return address => {
    if (isIPv4(address)) return four.check(address, 'ipv4')
    if (mapped.check(address, 'ipv6')) return four.check(address, 'ipv6')
    return six.check(address, 'ipv6')
  }
}
