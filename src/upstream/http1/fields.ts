import { ProtocolError } from './protocol-error.ts'

/** RFC 9110 section 5.6.2. */
const token = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/
/** Anything that RFC 9110 section 5.5 does not allow in a field value; also what latin1 cannot carry. */
const notFieldValue = /[^\t\x20-\x7e\x80-\xff]/

const tab = 9
const space = 32

/**
 * Names of the fields met last on one connection, in order. An upstream sends nearly the same fields in each
 * answer, so a name is mostly compared where it stands, not cut out, checked and lower-cased again.
 */
export interface FieldNames {
  readonly raw: string[]
  readonly lower: string[]
}

export const noNames = (): FieldNames => ({ raw: [], lower: [] })

export const isToken = (text: string): boolean => token.test(text)

export const isFieldValue = (text: string): boolean => !notFieldValue.test(text)

/** The name from `start` to `colon`, in lower case, as the field number `at` of the head. */
function fieldName(
  text: string,
  start: number,
  colon: number,
  at: number,
  names: FieldNames,
): string {
  const expected = names.raw[at]
  if (expected?.length === colon - start && text.startsWith(expected, start)) {
    return names.lower[at] as string
  }
  const raw = text.slice(start, colon)
  if (!isToken(raw)) throw new ProtocolError('field-name')
  const lower = raw.toLowerCase()
  // A slice would keep the whole head it was cut from alive.
  names.raw[at] = Buffer.from(raw, 'latin1').toString('latin1')
  names.lower[at] = lower
  return lower
}

/**
 * Reads the field lines in `text` from `start` to `end` (the last CRLF left out) into a flat list of
 * lower-case names and trimmed values. Throws ProtocolError: a space before the colon, a folded line, a
 * bare CR or LF and a control character are refused, never repaired (RFC 9112 section 5).
 */
export function readFields(
  text: string,
  start: number,
  end: number,
  names: FieldNames = noNames(),
): string[] {
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
    fields.push(fieldName(text, line, colon, fields.length / 2, names), value)
    line = lineEnd + 2
  }
  return fields
}

const isBlank = (code: number): boolean => code === space || code === tab
