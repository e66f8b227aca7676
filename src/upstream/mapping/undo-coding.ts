import {
  brotliDecompressSync,
  constants,
  gunzipSync,
  inflateSync,
  zstdDecompressSync,
} from 'node:zlib'

type Decoder = (body: Uint8Array, limit: { maxOutputLength: number }) => Uint8Array

/** 8 MiB, more than which nobody may need to decode zstd on the web (RFC 9659); a few bytes could ask for far more. */
const zstdWindow = { [constants.ZSTD_d_windowLogMax]: 23 }

const decoders: Readonly<Record<string, Decoder>> = {
  gzip: gunzipSync,
  'x-gzip': gunzipSync,
  deflate: inflateSync,
  br: brotliDecompressSync,
  zstd: (body, limit) => zstdDecompressSync(body, { ...limit, params: zstdWindow }),
}

/** The body without its Content-Encoding. `too-large` is found out before more than `maxBytes` are made. */
export function undoCoding(
  body: Uint8Array,
  coding: string,
  maxBytes: number,
): Uint8Array | 'too-large' | 'unknown-coding' {
  if (coding === '' || coding === 'identity') {
    return body.byteLength > maxBytes ? 'too-large' : body
  }
  const decode = Object.hasOwn(decoders, coding) ? decoders[coding] : undefined
  if (decode === undefined) return 'unknown-coding'
  try {
    return decode(body, { maxOutputLength: maxBytes })
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    return code === 'ERR_BUFFER_TOO_LARGE' ? 'too-large' : 'unknown-coding'
  }
}
