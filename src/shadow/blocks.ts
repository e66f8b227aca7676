export const blockBytes = 65_536
/** 4 MiB: a burst of long bodies leaves no more than that behind. */
const mostSpare = 64

/**
 * Memory for long bodies, used again and again. V8 counts what it throws away of such memory and collects all
 * garbage for every 64 MiB of it, which costs clients more than all else that a copy does.
 */
export class Blocks {
  readonly #spare: Buffer[] = []

  /** With whatever bytes it was left with. */
  take(): Buffer {
    return this.#spare.pop() ?? Buffer.allocUnsafeSlow(blockBytes)
  }

  /** Nobody may look at it any more. */
  give(block: Buffer): void {
    if (this.#spare.length < mostSpare) this.#spare.push(block)
  }
}
