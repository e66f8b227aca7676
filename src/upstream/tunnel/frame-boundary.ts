const CLOSE = 0x8

/**
 * Follows the WebSocket frames (RFC 6455 section 5.2) in one direction of a byte stream, so that a
 * frame can be put between two others. It reads the 2 to 14 header bytes of each frame, skips
 * payloads by length and keeps no byte. It judges nothing: whether a frame is allowed is for the
 * endpoint that receives it.
 */
export class FrameScanner {
  /** True between two frames, and before the first. */
  atBoundary = true
  /** Status of the first Close frame that has passed whole: 1005 if it had none; null before it. */
  closeCode: number | null = null

  #headerSeen = 0
  #headerLength = 2
  #opcode = 0
  #maskAt = 0
  /** First two bytes of the masking key, or 0 for an unmasked frame. */
  #mask = 0
  /** Bytes of payload still to come. A double is exact to 2^53; no longer frame ever ends. */
  #payloadLeft = 0
  /** Bytes of the first Close frame's status read so far, and their value. */
  #statusBytes = 0
  #status = 0

  /**
   * Moves from `offset` to the end of the current frame or of the chunk, whichever is first, and
   * returns the new offset. `atBoundary` tells which it was.
   */
  advance(chunk: Buffer, offset: number): number {
    let at = offset
    while (at < chunk.length && this.#headerSeen < this.#headerLength) {
      this.#header(chunk[at++] as number)
    }
    if (this.#headerSeen < this.#headerLength) return at
    const taken = Math.min(this.#payloadLeft, chunk.length - at)
    if (this.#opcode === CLOSE) this.#readStatus(chunk, at, taken)
    this.#payloadLeft -= taken
    if (this.#payloadLeft === 0) this.#endFrame()
    return at + taken
  }

  /** Follows a whole chunk. */
  follow(chunk: Buffer): void {
    let at = 0
    while (at < chunk.length) at = this.advance(chunk, at)
  }

  #header(byte: number): void {
    const index = this.#headerSeen++
    if (index === 0) {
      this.atBoundary = false
      this.#opcode = byte & 0x0f
    } else if (index === 1) {
      const length = byte & 0x7f
      const extended = length === 127 ? 8 : length === 126 ? 2 : 0
      this.#payloadLeft = extended === 0 ? length : 0
      this.#maskAt = 2 + extended
      this.#headerLength = this.#maskAt + (byte & 0x80 ? 4 : 0)
    } else if (index < this.#maskAt) {
      this.#payloadLeft = this.#payloadLeft * 256 + byte
    } else if (index < this.#maskAt + 2) {
      this.#mask = (this.#mask << 8) | byte
    }
  }

  #readStatus(chunk: Buffer, at: number, taken: number): void {
    for (let i = 0; i < taken && this.#statusBytes < 2; i++) {
      this.#status = (this.#status << 8) | (chunk[at + i] as number)
      this.#statusBytes++
    }
  }

  #endFrame(): void {
    if (this.#opcode === CLOSE && this.closeCode === null) {
      this.closeCode = this.#statusBytes === 2 ? this.#status ^ this.#mask : 1005
    }
    this.atBoundary = true
    this.#headerSeen = 0
    this.#headerLength = 2
    this.#mask = 0
  }
}
