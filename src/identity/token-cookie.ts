/** The values of the cookies of that name in one Cookie header (RFC 6265 section 4.2.1); empty ones are none. */
export function cookieValues(header: string, name: string): string[] {
  return header
    .split(';')
    .map(pair => pair.trim())
    .filter(pair => pair.startsWith(`${name}=`) && pair.length > name.length + 1)
    .map(pair => pair.slice(name.length + 1))
}

/** The header without the cookies of that name; empty when there is no other. */
export function withoutCookie(header: string, name: string): string {
  return header
    .split(';')
    .filter(pair => nameOf(pair) !== name)
    .join(';')
    .trim()
}

function nameOf(pair: string): string {
  const [name = ''] = pair.split('=', 1)
  return name.trim()
}
