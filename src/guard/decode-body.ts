import { promisify } from 'node:util'
import { brotliDecompress, gunzip, inflate } from 'node:zlib'

/** Larger contents are not read, however small they were sent. */
const limit = { maxOutputLength: 1024 * 1024 }

/** In Node's thread pool, away from the thread that serves. */
const inflateGzip = promisify<Buffer, object, Buffer>(gunzip)
const inflateZlib = promisify<Buffer, object, Buffer>(inflate)
const inflateBrotli = promisify<Buffer, object, Buffer>(brotliDecompress)

const decoders: ReadonlyMap<string, (body: Buffer) => Promise<Buffer>> = new Map([
  ['gzip', body => inflateGzip(body, limit)],
  ['x-gzip', body => inflateGzip(body, limit)],
  ['deflate', body => inflateZlib(body, limit)],
  ['br', body => inflateBrotli(body, limit)],
])

export function canDecode(coding: string): boolean {
  return coding === 'identity' || decoders.has(coding)
}

/** The contents; rejects for what is broken, too large or in no coding that we know. */
export async function decodeBody(body: Buffer, coding: string): Promise<Buffer> {
  const decode = decoders.get(coding)
  if (decode === undefined) throw new Error(`Cannot decode a body in ${coding}`)
  return decode(body)
}
