/**
 * Whether a Via header (RFC 9110 section 7.6.3) says that a message has come through the gateway
 * called `name` before. Takes time in proportion to the header, which a client makes up.
 */
export function wentThrough(via: string, name: string): boolean {
  const own = name.toLowerCase()
  return via.split(',').some(entry => receivedBy(entry.trim()) === own)
}

/** The second word of an entry: `1.1 name (comment)`. */
function receivedBy(entry: string): string {
  const end = entry.search(/[ \t]/)
  if (end === -1) return ''
  const rest = entry.slice(end).trimStart()
  const stop = rest.search(/[ \t(]/)
  return (stop === -1 ? rest : rest.slice(0, stop)).toLowerCase()
}
