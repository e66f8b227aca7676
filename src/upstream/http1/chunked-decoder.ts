import { readFields } from './fields.ts'
import { ProtocolError } from './protocol-error.ts'

/** Thirteen hexadecimal digits stay below 2^53. */
const maxSizeDigits = 13
/** For all chunks of one answer together: extensions mean nothing to us, so a flood of them is cut. */
const maxExtensionBytes = 16_384
const maxTrailerBytes = 8192

const carriageReturn = 13
const lineFeed = 10
const semicolon = 59

type State =
  | 'size'
  | 'extension'
  | 'size-end'
  | 'data'
  | 'data-end'
  | 'data-end-2'
  | 'trailers'
  | 'done'

/** Decodes one chunked body (RFC 9112 section 7.1), strictly and in pieces of any size. */
export class ChunkedDecoder {
  /** Where in the source the last `decode` stopped: its end, or just behind the body. */
  position = 0
  #state: State = 'size'
  #size = 0
  #sizeDigits = 0
  #extensionBytes = 0
  #trailers = ''

  get done(): boolean {
    return this.#state === 'done'
  }

  /** Reads `source` from `start` to `end`, writes the data to `output`, returns how much. Throws ProtocolError. */
  decode(source: Buffer, start: number, end: number, output: Buffer): number {
    let at = start
    let written = 0
    while (at < end && this.#state !== 'done') {
      if (this.#state === 'data') {
        const take = Math.min(this.#size, end - at)
        source.copy(output, written, at, at + take)
        written += take
        at += take
        this.#size -= take
        if (this.#size === 0) this.#state = 'data-end'
      } else {
        this.#step(source[at++] as number)
      }
    }
    this.position = at
    return written
  }

  #step(byte: number): void {
    switch (this.#state) {
      case 'size':
        if (byte === carriageReturn || byte === semicolon) {
          if (this.#sizeDigits === 0) throw new ProtocolError('chunk-size')
          this.#state = byte === semicolon ? 'extension' : 'size-end'
          return
        }
        this.#size = this.#size * 16 + hexadecimal(byte)
        if (++this.#sizeDigits > maxSizeDigits) throw new ProtocolError('chunk-size')
        return
      case 'extension':
        if (byte === carriageReturn) this.#state = 'size-end'
        else if ((byte < 32 && byte !== 9) || byte === 127)
          throw new ProtocolError('chunk-extension')
        else if (++this.#extensionBytes > maxExtensionBytes)
          throw new ProtocolError('chunk-extension')
        return
      case 'size-end':
        if (byte !== lineFeed) throw new ProtocolError('line-end')
        this.#sizeDigits = 0
        this.#state = this.#size === 0 ? 'trailers' : 'data'
        return
      case 'data-end':
        if (byte !== carriageReturn) throw new ProtocolError('chunk-end')
        this.#state = 'data-end-2'
        return
      case 'data-end-2':
        if (byte !== lineFeed) throw new ProtocolError('chunk-end')
        this.#state = 'size'
        return
      default:
        this.#trailerByte(byte)
    }
  }

  /** Trailers are read as strictly as headers, then dropped: nothing here may be merged into the head. */
  #trailerByte(byte: number): void {
    this.#trailers += String.fromCharCode(byte)
    const text = this.#trailers
    if (text.length > maxTrailerBytes) throw new ProtocolError('trailers-too-large')
    if (byte !== lineFeed) return
    if (!text.endsWith('\r\n')) throw new ProtocolError('line-end')
    if (text !== '\r\n' && !text.endsWith('\r\n\r\n')) return
    readFields(text, 0, Math.max(0, text.length - 4))
    this.#state = 'done'
  }
}

function hexadecimal(byte: number): number {
  if (byte >= 48 && byte <= 57) return byte - 48
  const lower = byte | 32
  if (lower >= 97 && lower <= 102) return lower - 87
  throw new ProtocolError('chunk-size')
}
