import {
  brotliDecompressSync,
  constants,
  gunzipSync,
  inflateRawSync,
  inflateSync,
  zstdDecompressSync,
} from 'node:zlib'

interface DecodeOptions {
  readonly maxOutputLength: number
  /** Has the result tell how much of the body was read. */
  readonly info: true
}

type Decoder = (body: Buffer, options: DecodeOptions) => Buffer

/** What a decoder returns with `info`, which its type does not say. */
interface DecodedWithInfo {
  readonly buffer: Buffer
  /** `bytesWritten` to the engine: those of the body up to the end of what is coded. */
  readonly engine: { readonly bytesWritten: number }
}

/** 8 MiB, more than which nobody may need to decode zstd on the web (RFC 9659). */
const zstdWindowLog = 23

const decoders: ReadonlyMap<string, Decoder> = new Map<string, Decoder>([
  ['gzip', gunzipSync],
  ['x-gzip', gunzipSync],
  ['deflate', (body, options) => (isZlib(body) ? inflateSync : inflateRawSync)(body, options)],
  ['br', brotliDecompressSync],
  [
    'zstd',
    (body, options) =>
      zstdDecompressSync(body, {
        ...options,
        params: { [constants.ZSTD_d_windowLogMax]: zstdWindowLog },
      }),
  ],
])

/** Codings one upon the other; more are taken for broken. */
const maxCodings = 3

export type Decoded = Buffer | 'too-large' | 'undecodable'

/** Undoes a Content-Encoding (RFC 9110 section 8.4), the last coding first; stops at `maxBytes`. */
export function decodeContent(body: Buffer, encoding: string | null, maxBytes: number): Decoded {
  // Nothing stays nothing, as in the answer to a HEAD.
  if (body.length === 0) return body
  const codings = codingsOf(encoding)
  if (codings.length > maxCodings) return 'undecodable'
  let decoded = body
  for (const coding of codings.reverse()) {
    const decode = decoders.get(coding)
    if (decode === undefined) return 'undecodable'
    try {
      const result: unknown = decode(decoded, { maxOutputLength: maxBytes, info: true })
      const { buffer, engine } = result as DecodedWithInfo
      // What stands behind the end nobody would have looked at.
      if (engine.bytesWritten < decoded.length) return 'undecodable'
      decoded = buffer
    } catch (error) {
      return (error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE'
        ? 'too-large'
        : 'undecodable'
    }
  }
  return decoded.length > maxBytes ? 'too-large' : decoded
}

function codingsOf(encoding: string | null): string[] {
  if (encoding === null) return []
  return encoding
    .split(',')
    .map(coding => coding.trim().toLowerCase())
    .filter(coding => coding !== '' && coding !== 'identity')
}

/** Some send raw deflate under this name, and every browser reads both. RFC 1950 section 2.2. */
function isZlib(body: Buffer): boolean {
  const [first = 0, second = 0] = body
  return (first & 0x0f) === 8 && ((first << 8) | second) % 31 === 0
}
