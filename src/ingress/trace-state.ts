/** Members that a list may have. */
const maxMembers = 32

const simpleKey = /^[a-z][a-z0-9_*/-]{0,255}$/
const tenantKey = /^[a-z0-9][a-z0-9_*/-]{0,240}@[a-z][a-z0-9_*/-]{0,13}$/
/** Printable ASCII without comma and equals sign; no space at its end. */
const memberValue = /^[\x20-\x2b\x2d-\x3c\x3e-\x7e]{0,255}[\x21-\x2b\x2d-\x3c\x3e-\x7e]$/

/**
 * The members of a tracestate (W3C Trace Context section 3.3), without the empty ones; empty where one of
 * them is not valid, comes twice, or is one too many, since then nobody knows what was meant. What other
 * vendors wrote is passed on whole, however long a valid one is.
 */
export function readTraceState(text: string): string {
  const members: string[] = []
  const keys = new Set<string>()
  for (const part of text.split(',')) {
    const member = trimmed(part)
    if (member === '') continue
    const end = member.indexOf('=')
    const key = member.slice(0, end)
    if (end === -1 || !(simpleKey.test(key) || tenantKey.test(key))) return ''
    if (!memberValue.test(member.slice(end + 1)) || keys.has(key)) return ''
    if (members.length === maxMembers) return ''
    keys.add(key)
    members.push(member)
  }
  return members.join(',')
}

/** Without the spaces and tabs around a member, which belong to the list; a client chooses how many. */
function trimmed(part: string): string {
  let from = 0
  let to = part.length
  while (from < to && isBlank(part, from)) from++
  while (to > from && isBlank(part, to - 1)) to--
  return part.slice(from, to)
}

function isBlank(text: string, at: number): boolean {
  return text[at] === ' ' || text[at] === '\t'
}
