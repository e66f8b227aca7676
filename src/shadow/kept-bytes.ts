import type { Account } from './account.ts'
import { type Blocks, blockBytes } from './blocks.ts'
import type { NotCompared } from './difference.ts'
import type { Ledger } from './limits.ts'

/** Where kept bytes are and are counted, and how many of one body there may be. */
export interface Keeping {
  readonly blocks: Blocks
  readonly bytes: Ledger
  readonly account: Account
  readonly maxBodyBytes: number
}

const nothing: Buffer = Buffer.alloc(0)

/**
 * The bytes of one body, for as long as there is room for them. A piece of which we own the bytes, and that
 * fills the memory it was read into, is kept as it is. Of others the bytes are copied: they may be lent, and a
 * short piece would hold the long memory around it. Either way what is counted here is what is held.
 */
export class KeptBytes {
  /** Why they are not kept any more; what there was is given back already. */
  lost: NotCompared | null = null
  #length = 0
  /** Bytes of memory that are held. */
  #held = 0
  /** What came before `#memory`. */
  #pieces: Buffer[] = []
  /** What is copied goes here: as long as the bytes at first, then a block at a time. */
  #memory: Buffer = nothing
  #copied = 0
  /** Those that are to be given back. */
  #blocks: Buffer[] = []
  #released = false
  readonly #keeping: Keeping

  constructor(keeping: Keeping) {
    this.#keeping = keeping
  }

  get length(): number {
    return this.#length
  }

  /** Of a piece that nobody changes from here on. False once they are lost. */
  add(piece: Buffer): boolean {
    return this.#take(piece, fillsItsMemory(piece))
  }

  /** Of a piece whose bytes are changed after this call. */
  addLent(piece: Buffer): boolean {
    return this.#take(piece, false)
  }

  /** Gives back what there is, and keeps no more. */
  lose(why: NotCompared): false {
    this.lost = why
    this.release()
    return false
  }

  /** All that was added, in order; to be looked at until they are lost or released. */
  pieces(): readonly Buffer[] {
    if (this.#copied === 0) return this.#pieces
    return [...this.#pieces, this.#memory.subarray(0, this.#copied)]
  }

  /** The same in one that lasts, in whose place the pieces are let go. */
  whole(): Buffer {
    const pieces = this.pieces()
    if (pieces.length === 1 && this.#blocks.length === 0) return pieces[0] as Buffer
    const whole = Buffer.allocUnsafeSlow(this.#length)
    let at = 0
    for (const piece of pieces) at += piece.copy(whole, at)
    this.#letGo()
    this.#hold(whole.length - this.#held)
    this.#pieces = [whole]
    return whole
  }

  /** They are needed no more, nor is what still comes. */
  release(): void {
    this.#letGo()
    this.#hold(-this.#held)
    this.#length = 0
    this.#released = true
  }

  #take(piece: Buffer, asItIs: boolean): boolean {
    if (this.lost !== null || this.#released) return false
    const length = this.#length + piece.length
    if (length > this.#keeping.maxBodyBytes) return this.lose('too-large')
    if (!(asItIs ? this.#keep(piece) : this.#copy(piece))) return this.lose('no-room')
    this.#length = length
    return true
  }

  #keep(piece: Buffer): boolean {
    if (!this.#hold(piece.buffer.byteLength)) return false
    this.#closeMemory()
    this.#pieces.push(piece)
    return true
  }

  #copy(piece: Buffer): boolean {
    let at = 0
    while (at < piece.length) {
      const left = piece.length - at
      if (this.#copied === this.#memory.length && !this.#grow(left)) return false
      const size = piece.copy(this.#memory, this.#copied, at)
      this.#copied += size
      at += size
    }
    return true
  }

  /** Most bodies are one short piece; those of many grow by doubling, up to a block. */
  #grow(more: number): boolean {
    const before = this.#memory
    const size = before.length + Math.max(more, before.length)
    if (size >= blockBytes && this.#openBlock()) return true
    if (size < blockBytes && this.#hold(size - before.length)) this.#memory = ownMemory(size)
    else if (this.#hold(more)) this.#memory = ownMemory(before.length + more)
    else return false
    before.copy(this.#memory)
    return true
  }

  #openBlock(): boolean {
    if (!this.#hold(blockBytes)) return false
    this.#closeMemory()
    this.#memory = this.#keeping.blocks.take()
    this.#blocks.push(this.#memory)
    return true
  }

  #closeMemory(): void {
    if (this.#copied > 0) this.#pieces.push(this.#memory.subarray(0, this.#copied))
    this.#memory = nothing
    this.#copied = 0
  }

  #letGo(): void {
    for (const block of this.#blocks) this.#keeping.blocks.give(block)
    this.#blocks = []
    this.#pieces = []
    this.#memory = nothing
    this.#copied = 0
  }

  #hold(more: number): boolean {
    const { bytes, account } = this.#keeping
    if (!bytes.take(more)) return false
    account.bytes += more
    this.#held += more
    return true
  }
}

/** Not from Node's pool, of which a few bytes would hold the whole. */
function ownMemory(size: number): Buffer {
  return Buffer.allocUnsafeSlow(size)
}

/** Whether keeping a piece as it is holds little more memory than it has bytes. */
function fillsItsMemory({ length, buffer }: Buffer): boolean {
  return 4 * length >= 3 * buffer.byteLength
}
