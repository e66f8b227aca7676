import { LongNumber } from './json-type.ts'
import { scanJson } from './scan-json.ts'

export type ReadJson =
  /** Its value is made when it is asked for. */
  | { readonly kind: 'json'; value(): unknown }
  | { readonly kind: 'not-compared'; readonly reason: 'too-deep' | 'invalid-json' }

/**
 * Reads JSON of bounded depth and size. Of a key that stands twice in an object the last counts, as for
 * nearly every parser that clients use; RFC 8259 section 4 leaves it open.
 *
 * @param bytes UTF-8, and nothing else.
 */
export function readJson(bytes: Buffer, maxDepth: number): ReadJson {
  const scan = scanJson(bytes, maxDepth)
  if (scan === 'too-deep' || scan === 'invalid-json') return { kind: 'not-compared', reason: scan }
  return {
    kind: 'json',
    value() {
      const text = withoutMark(bytes.toString())
      return scan === 'plain' ? JSON.parse(text) : parseExactly(text)
    },
  }
}

/** RFC 8259 section 8.1 lets a parser ignore a byte order mark, and browsers do. */
function withoutMark(text: string): string {
  return text.charCodeAt(0) === 0xfeff ? text.slice(1) : text
}

type Reviver = (key: string, value: unknown, context: { readonly source?: string }) => unknown

/** Two ids beyond 2^53 may be one as doubles: what a double does not hold is kept as its text. */
function parseExactly(text: string): unknown {
  const keepLong: Reviver = (_key, value, { source }) => {
    if (typeof value !== 'number' || source === undefined) return value
    const isHeld =
      Number.isFinite(value) && (Number.isSafeInteger(value) || !/^-?\d+$/.test(source))
    return isHeld ? value : new LongNumber(source)
  }
  return JSON.parse(text, keepLong as (key: string, value: unknown) => unknown)
}
