import type { CapturedAnswer } from '../pair.ts'
import type { Found } from './found.ts'
import { joinedHeader } from './joined-header.ts'
import { mediaTypeInWords } from './media-type.ts'

/** Compares the chosen headers; several of one name are compared together, in their order. */
export function compareHeaders(
  v1: CapturedAnswer,
  v2: CapturedAnswer,
  names: readonly string[],
  found: Found,
): void {
  for (const name of names) {
    const first = comparedValue(v1, name)
    const second = comparedValue(v2, name)
    if (first === second) continue
    if (first === null) found.add('header', name, 'extra', undefined, second)
    else if (second === null) found.add('header', name, 'missing', first, undefined)
    else found.add('header', name, 'value', first, second)
  }
}

/** Of a Content-Type only what it means. */
function comparedValue({ headers }: CapturedAnswer, name: string): string | null {
  const value = joinedHeader(headers, name)
  return name === 'content-type' && value !== null ? mediaTypeInWords(value) : value
}
