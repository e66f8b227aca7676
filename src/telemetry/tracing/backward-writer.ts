/** Protobuf wire types (https://protobuf.dev/programming-guides/encoding). */
const varint = 0
const fixed64 = 1
const delimited = 2
const fixed32 = 5

/** Characters of a text that are written one by one. */
const longestPlain = 48

/**
 * Writes protobuf from the end of a message to its beginning. In front of each part stands how long it is,
 * which is known by then: nothing is measured beforehand, moved or copied. So the last field of a message
 * comes first, and the last item of a list.
 */
export class BackwardWriter {
  #bytes: Buffer<ArrayBuffer>
  /** Where what is written begins. */
  #at: number

  constructor(expectedBytes: number) {
    this.#bytes = Buffer.allocUnsafe(expectedBytes)
    this.#at = expectedBytes
  }

  /** How much is written so far: what `message` is told to begin with. */
  get length(): number {
    return this.#bytes.length - this.#at
  }

  written(): Uint8Array<ArrayBuffer> {
    return this.#bytes.subarray(this.#at)
  }

  /** Makes a message of all that was written since there were `end` bytes. */
  message(field: number, end: number): void {
    this.#number(this.length - end)
    this.#tag(field, delimited)
  }

  text(field: number, value: string): void {
    const size = this.#plain(value) ? value.length : this.#utf8(value)
    this.#number(size)
    this.#tag(field, delimited)
  }

  /** Bytes that are given in hexadecimal digits. */
  hex(field: number, digits: string): void {
    const size = digits.length / 2
    this.#make(size)
    this.#bytes.write(digits, this.#at, size, 'hex')
    this.#number(size)
    this.#tag(field, delimited)
  }

  /** A whole number from 0 on that a double holds exactly. */
  whole(field: number, value: number): void {
    this.#number(value)
    this.#tag(field, varint)
  }

  uint32(field: number, value: number): void {
    this.#make(4)
    this.#bytes.writeUInt32LE(value, this.#at)
    this.#tag(field, fixed32)
  }

  uint64(field: number, value: bigint): void {
    this.#make(8)
    this.#bytes.writeBigUInt64LE(value, this.#at)
    this.#tag(field, fixed64)
  }

  /** False where it is not short ASCII, and nothing is written. Most is: the way into C++ takes longer than this. */
  #plain(value: string): boolean {
    const size = value.length
    if (size > longestPlain) return false
    this.#make(size)
    for (let at = 0; at < size; at++) {
      const code = value.charCodeAt(at)
      if (code > 127) {
        this.#at += size
        return false
      }
      this.#bytes[this.#at + at] = code
    }
    return true
  }

  /** Returns how many bytes it takes. */
  #utf8(value: string): number {
    const size = Buffer.byteLength(value)
    this.#make(size)
    this.#bytes.write(value, this.#at, size)
    return size
  }

  #tag(field: number, wireType: number): void {
    this.#number(field * 8 + wireType)
  }

  /** Seven bits to a byte, the lowest first. */
  #number(value: number): void {
    let size = 1
    for (let left = value; left >= 128; left = Math.floor(left / 128)) size++
    this.#make(size)
    let left = value
    for (let at = this.#at; at < this.#at + size - 1; at++) {
      this.#bytes[at] = (left % 128) | 128
      left = Math.floor(left / 128)
    }
    this.#bytes[this.#at + size - 1] = left
  }

  /** Makes room for so many bytes in front of what is written, and begins there. */
  #make(size: number): void {
    if (size > this.#at) {
      const { length } = this
      const bigger = Buffer.allocUnsafe(2 * this.#bytes.length + size)
      this.#bytes.copy(bigger, bigger.length - length, this.#at)
      this.#at = bigger.length - length
      this.#bytes = bigger
    }
    this.#at -= size
  }
}
