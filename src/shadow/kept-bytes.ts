import type { Account } from './account.ts'
import type { NotCompared } from './difference.ts'
import type { Ledger } from './limits.ts'

/** Where kept bytes are counted, and how many of one body there may be. */
export interface Keeping {
  readonly bytes: Ledger
  readonly account: Account
  readonly maxBodyBytes: number
}

const nothing = Buffer.alloc(0)

/**
 * The bytes of one body, for as long as there is room for them. A piece that fills the buffer it was read
 * into is kept as it is: memory of our own would be searched for and thrown away with every body. Of others
 * the bytes are copied, since a short piece would hold the long buffer around it. Either way what is
 * counted here is what is held.
 */
export class KeptBytes {
  /** Why they are not kept any more; what there was is given back already. */
  lost: NotCompared | null = null
  #length = 0
  /** Bytes of memory that are held. */
  #held = 0
  /** What came before `#memory`. */
  #pieces: Buffer[] = []
  /** Pieces that were copied; those since the last that was kept as it is. */
  #memory = nothing
  #copied = 0
  #released = false
  readonly #keeping: Keeping

  constructor(keeping: Keeping) {
    this.#keeping = keeping
  }

  get length(): number {
    return this.#length
  }

  /** False once they are lost. The piece is not changed by anyone from here on. */
  add(piece: Buffer): boolean {
    if (this.lost !== null || this.#released) return false
    const length = this.#length + piece.length
    if (length > this.#keeping.maxBodyBytes) return this.lose('too-large')
    if (!(fillsItsMemory(piece) ? this.#keep(piece) : this.#copy(piece))) {
      return this.lose('no-room')
    }
    this.#length = length
    return true
  }

  /** Gives back what there is, and keeps no more. */
  lose(why: NotCompared): false {
    this.lost = why
    this.release()
    return false
  }

  /** All that was added, in order; only while it is not lost. */
  pieces(): readonly Buffer[] {
    if (this.#copied === 0) return this.#pieces
    return [...this.#pieces, this.#memory.subarray(0, this.#copied)]
  }

  /** The same in one, in whose place the pieces are let go. */
  whole(): Buffer {
    const pieces = this.pieces()
    if (pieces.length === 1) return pieces[0] as Buffer
    const whole = Buffer.allocUnsafeSlow(this.#length)
    let at = 0
    for (const piece of pieces) at += piece.copy(whole, at)
    this.#hold(whole.length - this.#held)
    this.#pieces = [whole]
    this.#memory = nothing
    this.#copied = 0
    return whole
  }

  /** They are needed no more, nor is what still comes. */
  release(): void {
    this.#hold(-this.#held)
    this.#pieces = []
    this.#memory = nothing
    this.#copied = 0
    this.#length = 0
    this.#released = true
  }

  #keep(piece: Buffer): boolean {
    if (!this.#hold(piece.buffer.byteLength)) return false
    if (this.#copied > 0) {
      this.#pieces.push(this.#memory.subarray(0, this.#copied))
      this.#memory = nothing
      this.#copied = 0
    }
    this.#pieces.push(piece)
    return true
  }

  #copy(piece: Buffer): boolean {
    const copied = this.#copied + piece.length
    if (copied > this.#memory.length && !this.#grow(copied)) return false
    piece.copy(this.#memory, this.#copied)
    this.#copied = copied
    return true
  }

  /** Most bodies are one piece; those of many grow by doubling, so that each byte is moved once or twice. */
  #grow(length: number): boolean {
    const before = this.#memory
    let size = Math.max(length, Math.min(2 * before.length, this.#keeping.maxBodyBytes))
    if (!this.#hold(size - before.length)) {
      size = length
      if (!this.#hold(size - before.length)) return false
    }
    // Not from Node's pool, of which a few bytes would hold the whole.
    this.#memory = Buffer.allocUnsafeSlow(size)
    before.copy(this.#memory, 0, 0, this.#copied)
    return true
  }

  #hold(more: number): boolean {
    const { bytes, account } = this.#keeping
    if (!bytes.take(more)) return false
    account.bytes += more
    this.#held += more
    return true
  }
}

/** Whether keeping a piece as it is holds little more memory than it has bytes. */
function fillsItsMemory({ length, buffer }: Buffer): boolean {
  return 4 * length >= 3 * buffer.byteLength
}
