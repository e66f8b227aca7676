import { repeated, soleHeader } from './sole-header.ts'

export type ContentTypeFault =
  | 'content-type-missing'
  | 'content-type-repeated'
  | 'content-type-malformed'
  | 'content-type-not-listed'

/** Null: the body may come in. */
export type ContentTypeRule = (headers: readonly string[]) => ContentTypeFault | null

const token = "[!#$%&'*+.^`|~\\w-]+"
const quoted = '"(?:[^"\\\\]|\\\\.)*"'

/** RFC 9110 section 8.3.1. No two parts of it can match the same text, so a long value is read once. */
const form = new RegExp(
  `^(${token})/(${token})(?:[ \\t]*;(?:[ \\t]*${token}=(?:${token}|${quoted}))?)*[ \\t]*$`,
)

/**
 * What a request with a body may say that it is: one of the media types, parameters and letter case
 * aside; `multipart/*` is every subtype. Parameters are looked at all the same: of `application/json,
 * text/plain` some readers take the first and some the last.
 */
export function createContentTypeRule(contentTypes: readonly string[]): ContentTypeRule {
  const listed = new Set(contentTypes.map(type => type.toLowerCase()))
  return headers => {
    const value = soleHeader(headers, 'content-type')
    if (value === null) return 'content-type-missing'
    if (value === repeated) return 'content-type-repeated'
    const [, type, subtype] = form.exec(value) ?? []
    if (type === undefined || subtype === undefined) return 'content-type-malformed'
    const family = type.toLowerCase()
    // A subtype that is spelled as the wildcard of a list is none.
    if (subtype === '*') return 'content-type-malformed'
    if (listed.has(`${family}/${subtype.toLowerCase()}`) || listed.has(`${family}/*`)) return null
    return 'content-type-not-listed'
  }
}
