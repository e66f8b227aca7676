import { isTimestamp } from './sensitive-text.ts'

/**
 * What a text may be made of to be shown. Secrets have no form that could be known of all of them, so it is
 * the harmless that must be known: words of one case or with one capital in front, short numbers, short names
 * of versions and units. `hunter2`, `QWxhZGRpbg` and whoever Jane Doe may be are none of these.
 */
const pieces = [
  /^\p{Ll}{1,16}$/u,
  /^\p{Lu}{1,16}$/u,
  /^\p{Lu}\p{Ll}{1,15}$/u,
  /^\d{1,5}$/,
  // As in v2, a4, 10kg: too short for anything that must not be known.
  /^[\p{L}\d]{1,4}$/u,
]

/** What stands between the pieces. */
const between = /[\s\-_/.,:;|+%()#!?=&*'"<>$€£°]+/u

/** Two words with capitals in front are a name more often than not. */
const capitalised = /\p{Lu}\p{Ll}+/u

/** Whether a text is so plain that nothing can be hidden in it. */
export function isPlainText(text: string): boolean {
  if (isTimestamp(text)) return true
  const found = text.split(between).filter(piece => piece !== '')
  if (found.filter(piece => capitalised.test(piece)).length > 1) return false
  return found.every(piece => pieces.some(form => form.test(piece)))
}
