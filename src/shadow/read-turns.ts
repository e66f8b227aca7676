/** Something that reads on when it is its turn. */
export interface Reader {
  readOn(): void
}

/**
 * Long answers of copies are read a piece in a turn of the event loop, all of them together: a client that is in
 * the middle of a long body of its own waits in each of its turns for no more than that.
 */
export function createReadTurns() {
  const waiting: Reader[] = []

  function turn(): void {
    const next = waiting.shift()
    if (waiting.length > 0) setImmediate(turn)
    next?.readOn()
  }

  return {
    add(reader: Reader): void {
      if (waiting.push(reader) === 1) setImmediate(turn)
    },
  }
}

export type ReadTurns = ReturnType<typeof createReadTurns>
