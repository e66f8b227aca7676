/**
 * A client as it may be kept for good and sent elsewhere: the /24 of an IPv4 address, the /48 of an
 * IPv6 one. Enough to know a network again, too little to know a person.
 */
export function maskedClient(client: string): string {
  const four = /^(\d+\.\d+\.\d+)\.\d+$/.exec(client)
  if (four !== null) return `${four[1]}.0/24`
  const six = /^([\da-f]+:[\da-f]+:[\da-f]+):[\da-f]+::\/64$/.exec(client)
  return six === null ? 'unknown' : `${six[1]}::/48`
}
