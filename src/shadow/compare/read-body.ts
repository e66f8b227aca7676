import { isUtf8 } from 'node:buffer'
import type { NotCompared } from '../difference.ts'
import type { ComparingRule } from './comparing-rule.ts'
import { decodeContent } from './decode-content.ts'
import { joinedHeader } from './joined-header.ts'
import { isJson, mediaTypeOf } from './media-type.ts'
import { type ReadJson, readJson } from './read-json.ts'

/** A body as what it says that it is. */
export type ReadBody =
  | { readonly kind: 'empty' }
  | ReadJson
  | {
      readonly kind: 'text'
      readonly bytes: Buffer
      readonly charset: string
      readonly text: string
    }
  | { readonly kind: 'bytes'; readonly bytes: Buffer }
  | { readonly kind: 'not-compared'; readonly reason: NotCompared }

/** Undoes the Content-Encoding and reads the contents, within the limits of the rule. */
export function readBody(
  body: Buffer,
  headers: readonly string[],
  { maxDecodedBytes, maxDepth }: ComparingRule,
): ReadBody {
  const encoding = joinedHeader(headers, 'content-encoding')
  const bytes = decodeContent(body, encoding, maxDecodedBytes)
  if (typeof bytes === 'string') return { kind: 'not-compared', reason: bytes }
  if (bytes.length === 0) return { kind: 'empty' }

  const media = mediaTypeOf(joinedHeader(headers, 'content-type'))
  const { charset } = media
  if (!isJson(media)) {
    if (charset === null) return { kind: 'bytes', bytes }
    const text = textOf(bytes, charset)
    return text === null ? unknownCharset : { kind: 'text', bytes, charset, text }
  }
  if (charset === null || charset === 'utf-8' || charset === 'utf8') {
    // JSON is UTF-8, or no JSON: a lenient decoder would make two broken texts the same.
    if (!isUtf8(bytes)) return { kind: 'not-compared', reason: 'invalid-json' }
    return readJson(bytes, maxDepth)
  }
  const text = textOf(bytes, charset)
  if (text === null) return unknownCharset
  return readJson(Buffer.from(text), maxDepth)
}

const unknownCharset = { kind: 'not-compared', reason: 'unknown-charset' } as const

/** Null where the encoding is unknown, or where the bytes are not in it. */
function textOf(bytes: Buffer, charset: string): string | null {
  try {
    return new TextDecoder(charset, { fatal: true }).decode(bytes)
  } catch {
    return null
  }
}
