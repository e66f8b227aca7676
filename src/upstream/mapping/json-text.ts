/** Whether a Content-Type says JSON: `application/json`, or a type with the suffix `+json` (RFC 6839). */
export function saysJson(contentType: string | undefined): boolean {
  return (
    contentType !== undefined && /^application\/(?:[^\s;,]+\+)?json[ \t]*(?:;|$)/i.test(contentType)
  )
}

/** A body that is no JSON text (RFC 8259). */
export class NotJson extends Error {}
/** A number in it that a double cannot hold. */
export class NumberTooLarge extends Error {}

const utf8 = new TextDecoder('utf-8', { fatal: true })
/** What a number too large must contain, so that most texts are read without a look at each number. */
const suspicious = /\d{16}|\de\+?\d{3}/i

/**
 * The value of a JSON text in UTF-8, the one encoding there is for JSON on the wire. Throws for an
 * integer that would lose digits: an id that was changed in silence would be another's.
 */
export function parseJsonText(bytes: Uint8Array): unknown {
  let text: string
  try {
    text = utf8.decode(bytes)
  } catch {
    throw new NotJson('it is not UTF-8')
  }
  const value = parse(text)
  if (suspicious.test(text)) JSON.parse(text, judgeNumber)
  return value
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    // What JSON.parse says shows the text.
    throw new NotJson('it is no JSON text')
  }
}

function judgeNumber(_key: string, value: unknown, context?: { readonly source?: string }): null {
  if (typeof value !== 'number') return null
  const isWhole = /^-?\d+$/.test(context?.source ?? '')
  if (Number.isFinite(value) && (!isWhole || Number.isSafeInteger(value))) return null
  throw new NumberTooLarge('an integer beyond 2^53 would lose digits')
}
