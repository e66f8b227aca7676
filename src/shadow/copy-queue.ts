/** Something that starts when it is its turn. */
export interface Queued {
  start(): void
  /** Starting it threw. */
  broke(): void
}

/** Copies started in one turn of the event loop: few enough that no client waits for them. */
const maxPerTurn = 16

/**
 * Copies wait here until the event loop has served its sockets: the client's answer leaves first, and
 * copies are never in front of it. A mistake of our own costs the copy it happens to, and nothing else.
 *
 * @param onError Hears of such a mistake.
 */
export function createCopyQueue(onError: (error: unknown) => void) {
  let waiting: Queued[] = []

  function turn(): void {
    const starting = waiting
    waiting = starting.length > maxPerTurn ? starting.splice(maxPerTurn) : []
    if (waiting.length > 0) setImmediate(turn)
    for (const each of starting) start(each)
  }

  function start(copy: Queued): void {
    try {
      copy.start()
    } catch (error) {
      copy.broke()
      onError(error)
    }
  }

  return {
    add(copy: Queued): void {
      if (waiting.push(copy) === 1) setImmediate(turn)
    },
  }
}

export type CopyQueue = ReturnType<typeof createCopyQueue>
