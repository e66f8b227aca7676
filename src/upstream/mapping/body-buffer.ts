import type { HeldRoom } from './held-room.ts'

/** Gathers a body piece by piece, up to a limit and while there is room. */
export class BodyBuffer {
  bytes = 0
  /** Why it is not gathered any more; what there was is let go. */
  lost: 'too-large' | 'no-room' | null = null
  #pieces: Buffer[] = []
  readonly #maxBytes: number
  readonly #room: HeldRoom
  readonly #declared: number

  /** `declared` is how long it is to be; -1 where nobody knows. */
  constructor(maxBytes: number, room: HeldRoom, declared = -1) {
    this.#maxBytes = maxBytes
    this.#room = room
    this.#declared = declared
  }

  get isLonger(): boolean {
    return this.#declared >= 0 && this.bytes > this.#declared
  }

  get isShorter(): boolean {
    return this.bytes < this.#declared
  }

  /** False once it is lost. */
  add(piece: Buffer): boolean {
    this.bytes += piece.length
    if (this.lost !== null) return false
    if (this.bytes > this.#maxBytes) this.lost = 'too-large'
    else if (!this.#room.take(piece.length)) this.lost = 'no-room'
    else {
      this.#pieces.push(piece)
      return true
    }
    this.#pieces = []
    return false
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
