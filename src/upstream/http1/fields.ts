import { ProtocolError } from './protocol-error.ts'

/** RFC 9110 section 5.6.2. */
const token = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/
/** Anything that RFC 9110 section 5.5 does not allow in a field value; also what latin1 cannot carry. */
const notFieldValue = /[^\t\x20-\x7e\x80-\xff]/

const maxKnownNames = 1024
const tab = 9
const space = 32

/**
 * Names met before, checked and in lower case, so that a usual name costs one look-up. Bounded, because
 * an upstream could make up a new name in each answer.
 */
const knownNames = new Map<string, string>()

export const isToken = (text: string): boolean => token.test(text)

export const isFieldValue = (text: string): boolean => !notFieldValue.test(text)

function lowerCaseName(raw: string): string {
  const known = knownNames.get(raw)
  if (known !== undefined) return known
  if (!isToken(raw)) throw new ProtocolError('field-name')
  const name = raw.toLowerCase()
  // A slice would keep the whole head it was cut from alive in the map.
  if (knownNames.size < maxKnownNames)
    knownNames.set(Buffer.from(raw, 'latin1').toString('latin1'), name)
  return name
}

/**
 * Reads the field lines in `text` from `start` to `end` (the last CRLF left out) into a flat list of
 * lower-case names and trimmed values. Throws ProtocolError: a space before the colon, a folded line, a
 * bare CR or LF and a control character are refused, never repaired (RFC 9112 section 5).
 */
export function readFields(text: string, start: number, end: number): string[] {
  const fields: string[] = []
  let line = start
  while (line < end) {
    let lineEnd = text.indexOf('\r\n', line)
    if (lineEnd === -1 || lineEnd > end) lineEnd = end
    const colon = text.indexOf(':', line)
    if (colon === -1 || colon >= lineEnd) throw new ProtocolError('field-name')
    let from = colon + 1
    let to = lineEnd
    while (from < to && isBlank(text.charCodeAt(from))) from++
    while (to > from && isBlank(text.charCodeAt(to - 1))) to--
    const value = text.slice(from, to)
    if (!isFieldValue(value)) throw new ProtocolError('field-value')
    fields.push(lowerCaseName(text.slice(line, colon)), value)
    line = lineEnd + 2
  }
  return fields
}

const isBlank = (code: number): boolean => code === space || code === tab
