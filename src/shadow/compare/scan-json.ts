/** What a text is: JSON, whose numbers doubles may not hold where they are long, or why it is not read. */
export type JsonScan = 'plain' | 'long-numbers' | 'too-deep' | 'invalid-json'

/** Values in one answer; more would make comparing long whatever their size. */
const maxValues = 200_000
/** Digits of an integer that every double holds. */
const safeDigits = 15

/** What may come next. */
const value = 0
const valueOrEnd = 1
const key = 2
const keyOrEnd = 3
const colon = 4
const commaOrEnd = 5
const nothing = 6

const quote = 0x22
const backslash = 0x5c
const comma = 0x2c
const minus = 0x2d
const point = 0x2e
const openArray = 0x5b
const closeArray = 0x5d
const openObject = 0x7b
const closeObject = 0x7d

const words = ['true', 'false', 'null'].map(word => Buffer.from(word))

/**
 * Reads UTF-8 by the grammar of RFC 8259 and makes no values: two texts that are the same to the byte are known
 * to be JSON for less than half of what parsing takes, and a text that nests too deeply or holds too many values
 * never reaches the parser. A byte order mark is passed over.
 */
export function scanJson(bytes: Uint8Array, maxDepth: number): JsonScan {
  /** Of what is open: whether it is an object, by depth. */
  const isObject: boolean[] = []
  let depth = 0
  let values = 0
  let hasLong = false
  let next = value
  let at = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? 3 : 0

  while (at < bytes.length) {
    const byte = bytes[at] as number
    if (byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09) {
      at++
      continue
    }
    if (next === value || next === valueOrEnd) {
      if (byte === openArray || byte === openObject) {
        if (++values > maxValues || depth === maxDepth) return 'too-deep'
        isObject[depth++] = byte === openObject
        next = byte === openObject ? keyOrEnd : valueOrEnd
        at++
        continue
      }
      if (byte !== closeArray || next === value) {
        if (byte === quote) at = endOfString(bytes, at)
        else if (byte === minus || isDigit(byte)) {
          const end = endOfNumber(bytes, at)
          hasLong ||= end > 0 && isLong(bytes, at, end)
          at = end
        } else at = endOfWord(bytes, at)
        if (at === broken) return 'invalid-json'
        next = depth === 0 ? nothing : commaOrEnd
        continue
      }
    } else if (next === key || next === keyOrEnd) {
      if (byte !== closeObject || next === key) {
        if (byte !== quote) return 'invalid-json'
        at = endOfString(bytes, at)
        if (at === broken) return 'invalid-json'
        next = colon
        continue
      }
    } else if (next === colon) {
      if (byte !== 0x3a) return 'invalid-json'
      next = value
      at++
      continue
    } else if (next === nothing) {
      return 'invalid-json'
    } else if (byte === comma) {
      if (++values > maxValues) return 'too-deep'
      next = isObject[depth - 1] ? key : value
      at++
      continue
    }
    // What is left to come is the end of what is open.
    if (byte !== (isObject[depth - 1] ? closeObject : closeArray)) return 'invalid-json'
    next = --depth === 0 ? nothing : commaOrEnd
    at++
  }
  if (next !== nothing) return 'invalid-json'
  return hasLong ? 'long-numbers' : 'plain'
}

/** In the place of where something ends. */
const broken = -1

function isDigit(byte: number | undefined): boolean {
  return byte !== undefined && byte >= 0x30 && byte <= 0x39
}

function isHexDigit(byte: number | undefined): boolean {
  return isDigit(byte) || (byte !== undefined && (byte | 0x20) >= 0x61 && (byte | 0x20) <= 0x66)
}

function endOfString(bytes: Uint8Array, start: number): number {
  for (let at = start + 1; at < bytes.length; at++) {
    const byte = bytes[at] as number
    if (byte === quote) return at + 1
    if (byte < 0x20) return broken
    if (byte !== backslash) continue
    const escaped = bytes[++at]
    if (escaped === 0x75) {
      for (const end = at + 4; at < end; ) if (!isHexDigit(bytes[++at])) return broken
    } else if (escaped === undefined || !escapes.has(escaped)) return broken
  }
  return broken
}

const escapes = new Set(Buffer.from('"\\/bfnrt'))

function endOfNumber(bytes: Uint8Array, start: number): number {
  let at = bytes[start] === minus ? start + 1 : start
  if (!isDigit(bytes[at])) return broken
  if (bytes[at] === 0x30) at++
  else at = endOfDigits(bytes, at)
  if (bytes[at] === point) {
    if (!isDigit(bytes[++at])) return broken
    at = endOfDigits(bytes, at)
  }
  if (!isExponent(bytes[at])) return at
  at++
  if (bytes[at] === minus || bytes[at] === 0x2b) at++
  return isDigit(bytes[at]) ? endOfDigits(bytes, at) : broken
}

function endOfDigits(bytes: Uint8Array, start: number): number {
  let at = start
  while (isDigit(bytes[at])) at++
  return at
}

function isExponent(byte: number | undefined): boolean {
  return byte === 0x65 || byte === 0x45
}

/** An integer of many digits, or a number with an exponent, which may lead beyond all doubles. */
function isLong(bytes: Uint8Array, start: number, end: number): boolean {
  const digits = bytes[start] === minus ? start + 1 : start
  if (end - digits <= 2) return false
  const whole = endOfDigits(bytes, digits)
  if (whole - digits > safeDigits) return true
  for (let at = whole; at < end; at++) if (isExponent(bytes[at])) return true
  return false
}

function endOfWord(bytes: Uint8Array, start: number): number {
  for (const word of words) {
    if (bytes[start] !== word[0]) continue
    for (let i = 1; i < word.length; i++) if (bytes[start + i] !== word[i]) return broken
    return start + word.length
  }
  return broken
}
