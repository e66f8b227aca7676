import { LongNumber } from './json-type.ts'
import { scanJson } from './scan-json.ts'

export type ParsedJson =
  | { readonly kind: 'json'; readonly value: unknown }
  | { readonly kind: 'not-compared'; readonly reason: 'too-deep' | 'invalid-json' }

/**
 * Parses JSON of bounded depth and size. Of a key that stands twice in an object the last counts, as for
 * nearly every parser that clients use; RFC 8259 section 4 leaves it open.
 */
export function parseJson(text: string, bytes: Uint8Array, maxDepth: number): ParsedJson {
  const scan = scanJson(bytes, maxDepth)
  if (scan === 'too-deep') return { kind: 'not-compared', reason: 'too-deep' }
  try {
    return { kind: 'json', value: scan === 'plain' ? JSON.parse(text) : parseExactly(text) }
  } catch {
    return { kind: 'not-compared', reason: 'invalid-json' }
  }
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
