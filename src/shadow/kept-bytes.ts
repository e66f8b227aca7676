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
 * The bytes of one body, for as long as there is room for them. They are copied into memory of their own: a
 * short piece would hold the long buffer around it, and what is counted here must be what is held.
 */
export class KeptBytes {
  /** Why they are not kept any more; what there was is given back already. */
  lost: NotCompared | null = null
  #length = 0
  #memory = nothing
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
    if (length > this.#memory.length && !this.#grow(length)) return this.lose('no-room')
    piece.copy(this.#memory, this.#length)
    this.#length = length
    return true
  }

  /** Gives back what there is, and keeps no more. */
  lose(why: NotCompared): false {
    this.lost = why
    this.release()
    return false
  }

  /** All that was added; only while it is not lost. */
  whole(): Buffer {
    return this.#memory.subarray(0, this.#length)
  }

  /** They are needed no more, nor is what still comes. */
  release(): void {
    const { bytes, account } = this.#keeping
    bytes.give(this.#memory.length)
    account.bytes -= this.#memory.length
    this.#memory = nothing
    this.#length = 0
    this.#released = true
  }

  /** Most bodies are one piece; those of many grow by doubling, so that each byte is moved once or twice. */
  #grow(length: number): boolean {
    const { bytes, account, maxBodyBytes } = this.#keeping
    const before = this.#memory
    let size = Math.max(length, Math.min(2 * before.length, maxBodyBytes))
    if (!bytes.take(size - before.length)) {
      size = length
      if (!bytes.take(size - before.length)) return false
    }
    account.bytes += size - before.length
    // Not from Node's pool, of which a few bytes would hold the whole.
    this.#memory = Buffer.allocUnsafeSlow(size)
    before.copy(this.#memory, 0, 0, this.#length)
    return true
  }
}
