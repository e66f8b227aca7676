/** What a text of JSON holds, as far as can be told before it is parsed. */
export type JsonScan = 'too-deep' | 'plain' | 'long-numbers'

/** Values in one answer; more would make comparing long whatever their size. */
const maxValues = 200_000
/** Digits that every double holds. */
const safeDigits = 15
/** Where a fraction begins digits count no more: no integer has that many. */
const fraction = -1_000_000_000

const quote = 0x22
const backslash = 0x5c

/**
 * Looks at UTF-8 without parsing it: a text that nests too deeply or holds too many values never reaches
 * the parser. Broken JSON passes here, and is left to the parser.
 */
export function scanJson(bytes: Uint8Array, maxDepth: number): JsonScan {
  let depth = 0
  let values = 0
  let digits = 0
  let hasLong = false
  for (let at = 0; at < bytes.length; at++) {
    const byte = bytes[at] as number
    if (byte >= 0x30 && byte <= 0x39) {
      if (++digits > safeDigits) hasLong = true
      continue
    }
    // An exponent may lead beyond all doubles; the letter in `true` follows no digit.
    if ((byte === 0x65 || byte === 0x45) && digits !== 0) hasLong = true
    digits = byte === 0x2e ? fraction : 0
    if (byte === quote) {
      for (at++; at < bytes.length && bytes[at] !== quote; at++) if (bytes[at] === backslash) at++
    } else if (byte === 0x5b || byte === 0x7b) {
      if (++depth > maxDepth || ++values > maxValues) return 'too-deep'
    } else if (byte === 0x5d || byte === 0x7d) depth--
    else if (byte === 0x2c && ++values > maxValues) return 'too-deep'
  }
  return hasLong ? 'long-numbers' : 'plain'
}
