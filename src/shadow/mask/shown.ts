import { jsonTypeOf, LongNumber } from '../compare/json-type.ts'
import { isPlainText } from './plain-text.ts'
import { isSensitiveText } from './sensitive-text.ts'

/** Characters of a text that are shown. */
const maxShown = 64
/** Longer texts are not searched for secrets, and not shown. */
const maxSearched = 256
/** Texts with spaces longer than this were written by somebody. */
const maxFreeText = 40
/** Digits of a number that is shown; longer ones may call or pay somebody. */
const maxDigits = 7

/**
 * What a sample shows of a value: a scalar as JSON text where it is harmless, and else only its shape,
 * such as `‹string, 12›`. `absent` for `undefined`.
 */
export function shown(value: unknown, isSensitive: boolean): string {
  if (value === undefined) return 'absent'
  switch (jsonTypeOf(value)) {
    case 'null':
      return 'null'
    case 'boolean':
      return isSensitive ? '‹boolean›' : String(value)
    case 'number':
      return shownNumber(value as number | LongNumber, isSensitive)
    case 'string':
      return shownText(value as string, isSensitive)
    case 'array':
      return `array of ${(value as unknown[]).length}`
    case 'object':
      return `object of ${Object.keys(value as object).length}`
  }
}

/** Whether `shown` gave away a value, and not its shape alone. */
export function showsValue(text: string): boolean {
  return /^["\d-]|^(true|false)$/.test(text)
}

function shownNumber(value: number | LongNumber, isSensitive: boolean): string {
  const text = value instanceof LongNumber ? value.text : String(value)
  const digits = text.replace(/[.e].*|\D/gi, '').length
  return isSensitive || digits > maxDigits ? '‹number›' : text
}

function shownText(text: string, isSensitive: boolean): string {
  const isFreeText = text.length > maxFreeText && /\s/.test(text)
  const isHarmless = text.length <= maxSearched && isPlainText(text) && !isSensitiveText(text)
  if (isSensitive || isFreeText || !isHarmless) {
    return `‹string, ${text.length}›`
  }
  if (text.length <= maxShown) return JSON.stringify(text)
  return `${JSON.stringify(text.slice(0, maxShown).toWellFormed())}…`
}
