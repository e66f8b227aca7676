/** Gathers a body piece by piece, up to a limit. */
export class BodyBuffer {
  bytes = 0
  #pieces: Buffer[] = []
  readonly #maxBytes: number
  readonly #declared: number

  /** `declared` is how long it is to be; -1 where nobody knows. */
  constructor(maxBytes: number, declared = -1) {
    this.#maxBytes = maxBytes
    this.#declared = declared
  }

  get isLonger(): boolean {
    return this.#declared >= 0 && this.bytes > this.#declared
  }

  get isShorter(): boolean {
    return this.bytes < this.#declared
  }

  get isOver(): boolean {
    return this.bytes > this.#maxBytes
  }

  /** False when it is over the limit; what was gathered is let go then. */
  add(piece: Buffer): boolean {
    this.bytes += piece.length
    if (this.isOver) {
      this.#pieces = []
      return false
    }
    this.#pieces.push(piece)
    return true
  }

  /** All of it, in a buffer that holds nothing else: one that crosses to a thread goes whole. */
  take(): Uint8Array {
    const whole = new Uint8Array(this.bytes)
    let at = 0
    for (const piece of this.#pieces) {
      whole.set(piece, at)
      at += piece.length
    }
    this.#pieces = []
    return whole
  }
}
