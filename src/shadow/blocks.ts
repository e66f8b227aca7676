export const blockBytes = 65_536
/** Of one allocation, so that blocks that stay do not lie scattered among what is freed around them. */
const blocksAtOnce = 16

/**
 * Memory for long bodies, used again and again. V8 counts what it throws away of such memory and collects all
 * garbage for every few dozen MiB of it, which costs clients more than all else that a copy does. It never
 * shrinks: who takes blocks counts them, and that bounds how many there are.
 */
export class Blocks {
  readonly #spare: Buffer[] = []

  /** With whatever bytes it was left with. */
  take(): Buffer {
    if (this.#spare.length === 0) this.#allocate()
    return this.#spare.pop() as Buffer
  }

  /** Nobody may look at it any more. */
  give(block: Buffer): void {
    this.#spare.push(block)
  }

  #allocate(): void {
    const slab = Buffer.allocUnsafeSlow(blocksAtOnce * blockBytes)
    for (let n = 0; n < blocksAtOnce; n++) {
      this.#spare.push(slab.subarray(n * blockBytes, (n + 1) * blockBytes))
    }
  }
}
