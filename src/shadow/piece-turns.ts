/**
 * Long bodies of copies move a piece in a turn of the event loop, all of them together, up and down: a client that
 * is in the middle of a long body of its own waits in each of its turns for no more than that. To write one MB at
 * one go takes up to a millisecond, a piece of it less than a tenth.
 */
export function createPieceTurns() {
  const waiting: (() => void)[] = []

  function turn(): void {
    const next = waiting.shift()
    if (waiting.length > 0) setImmediate(turn)
    next?.()
  }

  return {
    /** Calls it when it is its turn. */
    add(movesOn: () => void): void {
      if (waiting.push(movesOn) === 1) setImmediate(turn)
    },
  }
}

export type PieceTurns = ReturnType<typeof createPieceTurns>
