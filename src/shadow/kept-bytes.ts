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
 * The bytes of one body, for as long as there is room for them. They are copied into memory that is used again:
 * each piece is only lent, and that of the client's request or answer is given back once it is written. What is
 * counted here is what is held.
 */
export class KeptBytes {
  /** Why they are not kept any more; what there was is given back already. */
  lost: NotCompared | null = null
  #length = 0
  /** Bytes of memory that are held. */
  #held = 0
  /** Those before `#memory`. */
  #pieces: Buffer[] = []
  /** Where bytes go: as long as they are at first, then a block at a time. */
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

  /** False once they are lost. */
  add(piece: Buffer): boolean {
    if (this.lost !== null || this.#released) return false
    const length = this.#length + piece.length
    if (length > this.#keeping.maxBodyBytes) return this.lose('too-large')
    if (!this.#copy(piece)) return this.lose('no-room')
    this.#length = length
    return true
  }

  /** Gives back what there is, and keeps no more. */
  lose(why: NotCompared): false {
    this.lost = why
    this.release()
    return false
  }

  /** All that was added, in order; to be looked at until they are lost or released. Not to be changed. */
  pieces(): readonly Buffer[] {
    if (this.#copied === 0) return this.#pieces
    return [...this.#pieces, this.#memory.subarray(0, this.#copied)]
  }

  /** They are needed no more, nor is what still comes. */
  release(): void {
    this.#letGo()
    this.#hold(-this.#held)
    this.#length = 0
    this.#released = true
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

  /** Most bodies are one short piece; those of many grow by doubling, and what fills half a block has one. */
  #grow(more: number): boolean {
    const before = this.#memory
    const size = before.length + Math.max(more, before.length)
    if (2 * size >= blockBytes && this.#openBlock()) return true
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
